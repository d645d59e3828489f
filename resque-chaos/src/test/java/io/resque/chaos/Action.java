package io.resque.chaos;

/** A fault that the monkey causes. */
enum Action {
    /** Sends SIGKILL to a worker process; another one takes its place. */
    KILL,
    /** Sends SIGKILL to a child JVM of a worker process, if it has one. */
    KILL_CHILD,
    /** Sends TERM to a worker process; another one takes its place. */
    TERM,
    /** Sends SIGSTOP to a worker process, and SIGCONT later. */
    STOP,
    /** Cuts all connections of a worker process or producer. */
    CUT,
    /** Cuts the connection before a request reaches the server. */
    CUT_BEFORE,
    /** Cuts the connection after the server has acted, before the client gets the reply. */
    CUT_AFTER,
    /** Cuts the connection and delivers the request later. */
    LATE,
    /** Delivers a request twice. */
    TWICE,
    /** Forwards nothing for a while; then also forwards requests that clients have given up. */
    STALL,
    /** Kills Redis by SIGKILL, and starts it again. */
    KILL_REDIS,
    /** Sends TERM to Redis, which shuts down, and starts it again. */
    SHUTDOWN_REDIS
}
