package io.resque.web.internal.pages;

import io.resque.core.Resque;

/** One Redis and namespace that the pages show. Thread-safe. */
final class Instance {
    final String name;
    final Resque resque;
    final Snapshot snapshot;
    final Checkup checkup;

    Instance(String name, Resque resque) {
        this.name = name;
        this.resque = resque;
        this.snapshot = new Snapshot(resque);
        this.checkup = new Checkup(resque.inspector()::diagnose);
    }
}
