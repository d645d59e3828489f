package com.example.shelf;

import io.resque.api.spi.StatusStoreProvider;
import io.resque.tck.Feature;
import io.resque.tck.StatusStoreTck;
import java.util.Set;

class ShelfStatusStoreTckTest extends StatusStoreTck {
    @Override
    protected StatusStoreProvider provider() {
        return new ShelfStatusStoreProvider();
    }

    @Override
    protected Set<Feature> features() {
        return Set.of();
    }

    @Override
    protected String url() {
        return "shelf:statuses";
    }
}
