package io.resque.launcher.internal.process;

import io.resque.launcher.internal.support.ProcessTitle;
import java.util.Map;

/** The process of COUNT: starts that many workers, and passes each signal on to all of them. */
final class Supervisor {
    private final WorkerSettings settings;
    private final EventQueue events;
    private final Crews crews;

    Supervisor(WorkerSettings settings, EventQueue events) {
        this.settings = settings;
        this.events = events;
        this.crews = new Crews(events, settings, "restart");
    }

    /** Runs until all workers have left. */
    WorkerEnd run() throws InterruptedException {
        String queues = String.join(",", settings.queues);
        ProcessTitle.startingWith(ProcessTitle.PREFIX).show("Supervising " + settings.count + " workers of " + queues);
        crews.want(queues, Map.of(), settings.count);
        crews.keepUp();
        crews.tellWhatIsOnlyForOne();
        while (!crews.isStopping() || !crews.isEmpty()) {
            ProcessEvent event = events.next();
            if (event == ProcessEvent.Change.PARENT_GONE) {
                crews.kill();
                Runtime.getRuntime().halt(WorkerEnd.Known.FAULT.status());
            } else if (event instanceof ProcessEvent.CrewChange change) {
                crews.handle(change);
            } else if (event instanceof ProcessEvent.Message message) {
                crews.pass(message);
            }
        }
        return crews.end();
    }
}
