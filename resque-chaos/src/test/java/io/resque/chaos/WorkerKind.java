package io.resque.chaos;

/** The parts of a worker process. A process with many threads sends several steps in one request. */
enum WorkerKind {
    JEDIS_THREADS("jedis", "gson", "thread", 16),
    LETTUCE_THREADS("lettuce", "jackson", "thread", 16),
    JEDIS_CHILDREN("jedis", "jackson", "process", 2),
    LETTUCE_CHILDREN("lettuce", "gson", "process", 2);

    final String adapter;
    final String serializer;
    final String executor;
    final int threads;

    WorkerKind(String adapter, String serializer, String executor, int threads) {
        this.adapter = adapter;
        this.serializer = serializer;
        this.executor = executor;
        this.threads = threads;
    }
}
