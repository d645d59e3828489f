package io.resque.api;

/**
 * How schedulers of this library behave beside those of Ruby and Node, which have locks: {@code resque_scheduler_master_lock} and {@code
 * resque_scheduler_leader_lock}. All Java programs of a namespace should have the same mode.
 */
public enum SchedulerMode {
    /**
     * Ours never write these locks. While a scheduler of Ruby or Node holds one, it moves the delayed jobs, with its own lateness and
     * losses, and ours move nothing; they go on when the lock has been away for ten seconds. The default.
     */
    BESIDE,
    /**
     * Ours take both locks when these are free, never over a holder, and renew them while one of ours runs; they expire 30 seconds after
     * the last one. So a scheduler of Ruby is a child that moves nothing, and <b>no recurring job of Ruby fires</b>: neither those of its own
     * process, nor those that it has stored in Redis, nor those of this library that are shared with it. If there are such jobs in Redis, use
     * {@link #REPLACE}. A scheduler of Node moves nothing, either.
     */
    SHARE,
    /**
     * As {@link #SHARE}, and while ours hold both locks they also fire the recurring jobs that Ruby has stored in Redis, and those that are
     * shared with it. Those that stand only in the process of a Ruby scheduler do not fire. For a program that has replaced Ruby's scheduler.
     */
    REPLACE
}
