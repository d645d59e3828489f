/**
 * What runs in a child JVM? Each start of a child loads these classes, so they have no lambdas, no enums, no JSON and no
 * logging; {@code ArchitectureTest} checks that.
 *
 * <p>Read {@code ChildMain}, the program; {@code ParentLink}, its connection to the worker; {@code ChildHost}, which stands for
 * the worker before the modules and jobs; then the small ones: {@code AfterForkListener}, {@code LazySerializer}, {@code
 * ChildSignals}. Only a child that runs several jobs loads {@code LeftBehind}, the look at it after each job, with {@code
 * ProcessSnapshot}, {@code LiveThreads}, {@code ShutdownHooks}, {@code OpenFiles} and {@code ProcFiles}.
 */
@NullMarked
package io.resque.launcher.internal.child;

import org.jspecify.annotations.NullMarked;
