package io.resque.web.internal.pages;

import java.util.List;

/** One queue with a page of its jobs. */
record QueueView(
        String name, String address, String find, List<Row> jobs, Pager pager, String state, List<Button> buttons) {
    /**
     * A job.
     *
     * @param index from 0 at the job that a worker takes next
     * @param brief the beginning of the arguments
     * @param whole where the arguments stand without a cut; empty if these are all
     */
    record Row(
            long index,
            String jobClass,
            String brief,
            String arguments,
            String whole,
            String id,
            String language,
            String at,
            String ago,
            String bytes,
            List<Button> buttons) {
        boolean isCut() {
            return !brief.equals(arguments);
        }
    }
}
