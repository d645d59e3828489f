package io.resque.tck;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call in another thread. */
final class BackgroundCall<T> extends FutureTask<T> {
    final Thread thread = new Thread(this, "kit-call");

    BackgroundCall(Callable<T> work) {
        super(work);
        thread.setDaemon(true);
        thread.start();
    }

    T soon() throws InterruptedException, ExecutionException {
        try {
            return get(BackendRules.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "not within " + BackendRules.LIMIT + ": the call must have returned by now, but still waits", e);
        }
    }
}
