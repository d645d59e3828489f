/**
 * How does a worker live as a process? It reads its environment, obeys signals, shows a title, and starts further workers.
 *
 * <p>Read {@code EnvironmentReader}, {@code ResqueSettings} and {@code WorkerSettings}, what the variables mean; {@code
 * ProcessEvent} and {@code EventQueue}, what a process is told; {@code WorkerRun} and {@code SingleWorker}, one worker; {@code
 * Supervisor} and {@code PoolManager}, several of them, by {@code Crews}; {@code WorkerEnd}, how one ends; {@code
 * SchedulerRun}, a scheduler without a worker.
 */
@NullMarked
package io.resque.launcher.internal.process;

import org.jspecify.annotations.NullMarked;
