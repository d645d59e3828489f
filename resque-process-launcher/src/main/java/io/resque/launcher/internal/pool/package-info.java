/**
 * How does a worker run a job in a child? It keeps children ready, gives each job to one, and ends the child.
 *
 * <p>Read {@code ProcessExecutor}, one job from the outside; {@code JobRun}, the conversation about it; {@code ChildPool}, the
 * children that wait; {@code ChildStarter}, how one is started, with {@code ChildOptions}, {@code JavaOptions}, {@code ChildPipes},
 * {@code ChildSocket} and {@code ClassArchive}; {@code PipeFrames}, how the worker talks to it; then {@code ChildProcess}, {@code
 * ChildOutput} and {@code ExitText}, how one ends, with {@code LeftBehindLog}, why one ends early.
 */
@NullMarked
package io.resque.launcher.internal.pool;

import org.jspecify.annotations.NullMarked;
