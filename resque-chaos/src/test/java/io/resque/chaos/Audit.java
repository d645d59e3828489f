package io.resque.chaos;

import io.resque.tck.RespClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts what happened to each job, from the journals of producers and jobs and from the failure list, after all queues
 * are empty and no worker holds a job.
 *
 * @param jobs jobs whose enqueueing was acknowledged
 * @param done jobs that were done exactly once and have no failure record
 * @param failed jobs that were not done and have a failure record
 * @param both jobs that were done once and have a failure record: the worker died between the end of the job and the settle
 * @param doubled jobs that were done more than once
 * @param lost acknowledged jobs that were not done and have no failure record
 * @param recordedTwice jobs with more than one failure record
 * @param unknownThere jobs whose enqueueing got no answer, and that were enqueued
 * @param unknownNot jobs whose enqueueing got no answer, and that were not enqueued
 * @param odd things that must never happen: numbers that nobody enqueued, records of anything but the death of a worker
 *     or child
 */
record Audit(
        int jobs,
        int done,
        int failed,
        int both,
        int doubled,
        int lost,
        int recordedTwice,
        int unknownThere,
        int unknownNot,
        List<String> odd) {
    private static final Pattern NUMBER = Pattern.compile("\"args\":\\[(\\d+)");
    private static final Pattern DEATH =
            Pattern.compile("\"exception\":\"Resque::(PruneDeadWorkerDirtyExit|DirtyExit)\"");
    private static final int PAGE = 1000;

    static Audit of(Path folder, RespClient redis, int numbers) {
        BitSet acknowledged = new BitSet(numbers);
        BitSet unknown = new BitSet(numbers);
        int[] done = new int[numbers];
        int[] records = new int[numbers];
        List<String> odd = new ArrayList<>();
        Journal.read(folder, Journal.ACKNOWLEDGED, number -> acknowledged.set((int) number));
        Journal.read(folder, Journal.UNKNOWN, number -> unknown.set((int) number));
        Journal.read(folder, Journal.DONE, number -> done[(int) number]++);
        readRecords(redis, records, odd);
        int once = 0;
        int failed = 0;
        int both = 0;
        int doubled = 0;
        int lost = 0;
        int recordedTwice = 0;
        int there = 0;
        for (int number = 0; number < numbers; number++) {
            boolean isThere = done[number] + records[number] > 0;
            if (isThere && !acknowledged.get(number) && !unknown.get(number)) {
                odd.add("Nobody enqueued " + number);
            }
            there += isThere && unknown.get(number) ? 1 : 0;
            recordedTwice += records[number] > 1 ? 1 : 0;
            doubled += done[number] > 1 ? 1 : 0;
            if (acknowledged.get(number)) {
                once += done[number] == 1 && records[number] == 0 ? 1 : 0;
                failed += done[number] == 0 && records[number] > 0 ? 1 : 0;
                both += done[number] == 1 && records[number] > 0 ? 1 : 0;
                lost += isThere ? 0 : 1;
            }
        }
        return new Audit(
                acknowledged.cardinality(),
                once,
                failed,
                both,
                doubled,
                lost,
                recordedTwice,
                there,
                unknown.cardinality() - there,
                odd);
    }

    private static void readRecords(RespClient redis, int[] records, List<String> odd) {
        long length = redis.number("LLEN", "resque:failed");
        for (long from = 0; from < length; from += PAGE) {
            for (String record : redis.texts("LRANGE", "resque:failed", from, from + PAGE - 1)) {
                Matcher number = NUMBER.matcher(record);
                if (number.find()) {
                    records[Integer.parseInt(number.group(1))]++;
                }
                if (!DEATH.matcher(record).find()) {
                    odd.add(record.substring(0, Math.min(300, record.length())));
                }
            }
        }
    }

    @Override
    public String toString() {
        return "jobs " + jobs + ", done " + done + ", failed with record " + failed + ", done and recorded " + both
                + ", doubled " + doubled + ", lost " + lost + ", recorded twice " + recordedTwice
                + ", of unknown outcome " + (unknownThere + unknownNot) + " (" + unknownThere + " there)"
                + (odd.isEmpty() ? "" : ", odd " + odd.size() + " such as " + odd.get(0));
    }
}
