package io.resque.core.internal.enqueue;

import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.spi.Payload;
import java.util.List;

/**
 * A job that was checked and encoded, and of which the listeners have heard before.
 *
 * @param payload what is pushed
 * @param written the job, with all its metadata
 * @param listeners the listeners that have heard {@code beforeEnqueue}
 */
public record ReadyJob(Payload payload, JobInfo written, List<ResqueListener> listeners) {}
