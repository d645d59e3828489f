package io.resque.chaos;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * Counts what happened to each delayed job, from the journals of the producers and from what a witness saw on the queues, after nothing is
 * delayed any more.
 *
 * @param jobs jobs whose enqueueing was acknowledged
 * @param once jobs of these that went onto their queue exactly once
 * @param doubled jobs that went onto their queue more than once
 * @param lost acknowledged jobs that never came onto a queue
 * @param early jobs that were on their queue before their second began by Redis's clock
 * @param unknownThere jobs whose enqueueing got no answer, and that came onto their queue
 * @param unknownNot jobs whose enqueueing got no answer, and that did not
 * @param strange jobs that nobody enqueued
 */
record DelayedAudit(
        int jobs, int once, int doubled, int lost, int early, int unknownThere, int unknownNot, int strange) {
    static DelayedAudit of(Path folder, List<DelayedWitness.Seen> seen, int numbers) {
        BitSet acknowledged = new BitSet(numbers);
        BitSet unknown = new BitSet(numbers);
        Journal.read(folder, Journal.ACKNOWLEDGED, number -> acknowledged.set((int) number));
        Journal.read(folder, Journal.UNKNOWN, number -> unknown.set((int) number));
        int[] times = new int[numbers];
        int early = 0;
        for (DelayedWitness.Seen job : seen) {
            times[(int) job.number()]++;
            early += job.at() < job.due() ? 1 : 0;
        }
        int once = 0;
        int doubled = 0;
        int lost = 0;
        int there = 0;
        int strange = 0;
        for (int number = 0; number < numbers; number++) {
            doubled += times[number] > 1 ? 1 : 0;
            if (acknowledged.get(number)) {
                once += times[number] == 1 ? 1 : 0;
                lost += times[number] == 0 ? 1 : 0;
            } else if (unknown.get(number)) {
                there += times[number] > 0 ? 1 : 0;
            } else {
                strange += times[number] > 0 ? 1 : 0;
            }
        }
        return new DelayedAudit(
                acknowledged.cardinality(), once, doubled, lost, early, there, unknown.cardinality() - there, strange);
    }

    @Override
    public String toString() {
        return "jobs " + jobs + ", once on their queue " + once + ", lost " + lost + ", doubled " + doubled + ", early "
                + early + ", of unknown outcome " + (unknownThere + unknownNot) + " (" + unknownThere + " there)";
    }
}
