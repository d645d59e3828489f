package io.resque.launcher;

import java.util.Map;

/** COUNT: that many worker processes, each of which gets every signal; see {@link Crews}. */
final class Supervisor {
    private final WorkerSettings settings;
    private final Orders orders;
    private final Crews crews;

    /**
     * For as many workers as the settings say.
     *
     * @param holdsOptions whether this JVM was started without the operator's options, which are kept in variables for the
     *     workers
     */
    Supervisor(WorkerSettings settings, Orders orders, boolean holdsOptions) {
        this.settings = settings;
        this.orders = orders;
        this.crews = new Crews(orders, holdsOptions, settings, "restart");
    }

    /** The status: 0 after a signal or when no job is left, or that of workers which cannot be started at all. */
    int run() throws InterruptedException {
        String queues = String.join(",", settings.queues);
        ProcessTitle.startingWith(ProcessTitle.PREFIX).show("Supervising " + settings.count + " workers of " + queues);
        crews.want(queues, Map.of(), settings.count);
        crews.keepUp();
        crews.tellWhatIsOnlyForOne();
        while (!crews.isStopping() || !crews.isEmpty()) {
            String order = orders.next();
            if (order.equals(Orders.ABANDONED)) {
                crews.kill();
                Runtime.getRuntime().halt(1);
            } else if (!crews.obey(order)) {
                crews.pass(order);
            }
        }
        return crews.status();
    }
}
