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
     * the last one. So a scheduler of Ruby is a child that moves nothing, and <b>nobody fires a recurring job of Ruby</b>, whether it stands in
     * Ruby's process or in Redis; and nobody fires a recurring job of this library that is shared with Ruby. If there are such jobs in Redis,
     * use {@link #REPLACE}. A scheduler of Node moves nothing, either.
     */
    SHARE,
    /**
     * As {@link #SHARE}; and while ours hold both locks, they also fire each recurring job that Ruby has stored in Redis or that is shared
     * with Ruby. Nobody fires a recurring job that stands only in the process of a Ruby scheduler. For a program that has replaced Ruby's scheduler.
     */
    REPLACE
}
