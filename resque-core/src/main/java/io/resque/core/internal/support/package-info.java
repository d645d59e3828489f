/**
 * How do threads, times, listeners and logs behave wherever they are used? These classes know nothing of Redis.
 *
 * <p>Read {@code Log} and {@code ListenerChain} first; then {@code DaemonThreads}, {@code OwnThread}, {@code Uninterrupted} and
 * {@code JvmExit} as other rooms name them.
 */
@NullMarked
package io.resque.core.internal.support;

import org.jspecify.annotations.NullMarked;
