package io.resque.launcher.internal.process;

/** What the main thread of a worker, a supervisor or a pool handles, one after the other. */
sealed interface ProcessEvent {
    /** What a line on standard input says. It can be passed on to other workers. */
    sealed interface Message extends ProcessEvent {
        /** The line without its end. */
        String line();

        /** Reads a line. */
        static Message of(String line) {
            for (Signal signal : Signal.values()) {
                if (signal.line().equals(line)) {
                    return signal;
                }
            }
            return line.equals(Farewell.ALONE.line()) ? Farewell.ALONE : new Unknown(line);
        }
    }

    /** A signal, sent to this JVM or to the shell in front of it. */
    enum Signal implements Message {
        HUP,
        INT,
        QUIT,
        TERM,
        USR1,
        USR2,
        CONT,
        WINCH;

        @Override
        public String line() {
            return name();
        }
    }

    /** The process that started this one leaves on purpose: the end of standard input no longer means that it has died. */
    enum Farewell implements Message {
        ALONE;

        @Override
        public String line() {
            return name();
        }
    }

    /** Any other line. */
    record Unknown(String line) implements Message {}

    /** A change that concerns this process itself. */
    enum Change implements ProcessEvent {
        /** Standard input has ended: the process that started this one is gone. */
        PARENT_GONE,

        /** The worker in this process has started, or could not be started. */
        WORKER_STARTED,

        /** The worker in this process has ended. */
        WORKER_ENDED
    }

    /** A change that concerns one of the worker processes of {@link Crews}. */
    sealed interface CrewChange extends ProcessEvent {}

    /** A worker process has ended. */
    record ProcessEnded(long pid) implements CrewChange {}

    /** A worker process has been started some time ago, and lives unless its end was told. */
    record ProcessLived(long pid) implements CrewChange {}

    /**
     * It is time to start a worker process.
     *
     * @param crew its id
     * @param failures how many processes before it, in the same place, ended soon after their start
     */
    record StartDue(int crew, int failures) implements CrewChange {}
}
