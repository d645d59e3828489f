package io.resque.launcher;

import io.resque.api.spi.JobExecutor;

/** A worker's process that a test kills. It prints the pid of its child, by the output of the child, and waits. */
final class ParentMain {
    private ParentMain() {}

    public static void main(String[] args) throws InterruptedException {
        JobExecutor executor =
                TestHost.of(new DirtyJobs()).open(ProcessJobExecutor.builder().build());
        ProcessHandle.current().children().forEach(child -> System.out.println("standby " + child.pid()));
        Thread printing = new Thread(() -> {
            while (true) {
                ProcessHandle.current().children().forEach(child -> System.out.println("child " + child.pid()));
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
        });
        printing.setDaemon(true);
        printing.start();
        TestHost.run(executor, "Spin");
    }
}
