package io.resque.launcher.internal.process;

import io.resque.launcher.internal.support.OwnVariables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the environment says about a scheduler without a worker. The constructor checks all of it, before anything is started. */
final class SchedulerSettings {
    /** Ruby's time between two looks. */
    private static final String INTERVAL = "RESQUE_SCHEDULER_INTERVAL";

    /** Variables of resque-scheduler for what works in another way here, and of workers. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            INTERVAL,
            "DYNAMIC_SCHEDULE",
            "INITIALIZER_PATH",
            "LOGFILE",
            "LOGFORMAT",
            "QUIET",
            "LOCK_TIMEOUT",
            "DELAYED_REQUEUE_BATCH_SIZE",
            OwnVariables.HEARTBEAT_FILE);

    private final EnvironmentReader environment;
    final ProcessRole role;

    /** The names of the application and of the environment in the title, as Ruby shows them; each may be empty. */
    final String names;

    final @Nullable JvmPidFile pidFile;
    final @Nullable HttpAddress http;

    SchedulerSettings(EnvironmentReader environment) {
        this.environment = environment;
        this.role = ProcessRole.of(environment);
        environment.seconds(INTERVAL, "5"); // without effect, but a mistake is refused
        this.names = name(environment.get("APP_NAME")) + name(environment.get("RAILS_ENV"));
        String file = environment.get(OwnVariables.JVM_PIDFILE);
        this.pidFile = file == null ? null : JvmPidFile.at(file);
        String address = environment.get(OwnVariables.HTTP);
        this.http = address == null ? null : HttpAddress.of(address, 1);
    }

    private static String name(@Nullable String name) {
        return name == null ? "" : "[" + name + "]";
    }

    /** The variables that are set without effect. */
    List<String> withoutEffect() {
        return WITHOUT_EFFECT.stream()
                .filter(name -> environment.get(name) != null)
                .toList();
    }

    /** What the environment says about Redis. */
    ResqueSettings resque() {
        return new ResqueSettings(environment);
    }
}
