package io.resque.core.internal.http;

import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Figures of queues, workers and jobs of all languages, from one look at Redis.
 *
 * @param whole whether each part of it could be read
 * @param processed {@code stat:processed}
 * @param failed {@code stat:failed}
 * @param lengths the queues' lengths
 * @param ages for how many seconds the job at the head of each queue has been there; without empty queues
 * @param failures the failure lists' lengths
 * @param workers registered workers
 * @param working registered workers that have a record of a job
 * @param states how many workers do what
 * @param running running jobs by queue
 * @param lateness for how many seconds the first delayed job has been due; empty if there are no delayed jobs, or this cannot be told
 * @param queuesLeftOut queues that were too many to look at
 * @param workersLeftOut workers that were too many, or whose jobs were too large, to look at
 * @param seconds how long the look took
 */
record FleetFigures(
        boolean whole,
        long processed,
        long failed,
        SortedMap<String, Long> lengths,
        SortedMap<String, Double> ages,
        SortedMap<String, Long> failures,
        long workers,
        long working,
        Map<String, Long> states,
        SortedMap<String, Long> running,
        OptionalLong lateness,
        long queuesLeftOut,
        long workersLeftOut,
        double seconds) {}
