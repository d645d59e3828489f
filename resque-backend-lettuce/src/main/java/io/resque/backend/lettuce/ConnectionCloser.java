package io.resque.backend.lettuce;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Knows which connections are just being closed. When the client is shut down, it closes all that are left itself. */
final class ConnectionCloser {
    private final Set<CompletableFuture<Void>> ending = ConcurrentHashMap.newKeySet();
    private boolean shutDown;

    synchronized boolean isShutDown() {
        return shutDown;
    }

    synchronized void closes(CompletableFuture<Void> end) {
        ending.add(end);
        end.whenComplete((nothing, e) -> ending.remove(end));
    }

    /** Leaves the rest to the client. Ends once all that were being closed are closed. */
    synchronized CompletableFuture<Void> shutDown() {
        shutDown = true;
        return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new));
    }
}
