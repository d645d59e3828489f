package io.resque.examples.chaos;

/** What the monkey does. */
enum Action {
    /** SIGKILL for a worker process; another one takes its place. */
    KILL,
    /** SIGKILL for a child JVM of a worker process, if it has any. */
    KILL_CHILD,
    /** TERM for a worker process; another one takes its place. */
    TERM,
    /** SIGSTOP for a worker process, and SIGCONT later. */
    STOP,
    /** Cuts all connections of a worker process or producer. */
    CUT,
    /** Cuts the connection before a request reaches the server. */
    CUT_BEFORE,
    /** Cuts the connection after the server acted and before its reply. */
    CUT_AFTER,
    /** Cuts the connection and delivers the request later. */
    LATE,
    /** Delivers a request twice. */
    TWICE,
    /** Lets nothing through for a while; what clients have given up then arrives all the same. */
    STALL,
    /** SIGKILL for Redis, and a new start. */
    KILL_REDIS,
    /** TERM for Redis, which is SHUTDOWN, and a new start. */
    SHUTDOWN_REDIS
}
