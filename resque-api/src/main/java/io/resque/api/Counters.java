package io.resque.api;

/**
 * How much there is of everything, read one after the other and so not of one moment.
 *
 * @param processed jobs that were ended, failed ones too, since the counter was last cleared
 * @param failed jobs of these that failed
 * @param pending jobs in all announced queues
 * @param workers registered workers of all languages
 * @param working those of them that run a job
 * @param failures records in all failure lists
 */
public record Counters(long processed, long failed, long pending, long workers, long working, long failures) {}
