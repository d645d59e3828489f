package io.resque.api;

/**
 * Totals of queues, workers and failures. The values are read one after another, so they may belong to different moments.
 *
 * @param processed jobs that workers have ended, failed ones included, since the counter was last cleared
 * @param failed jobs that failed, since the counter was last cleared
 * @param pending jobs in all announced queues
 * @param workers registered workers, of all languages
 * @param working registered workers that run a job
 * @param failures records in all failure lists
 */
public record Counters(long processed, long failed, long pending, long workers, long working, long failures) {}
