package io.resque.backend.lettuce;

import io.resque.api.spi.StatusStoreProvider;
import io.resque.tck.StatusStoreTck;

class LettuceStatusStoreTckTest extends StatusStoreTck {
    @Override
    protected StatusStoreProvider provider() {
        return new LettuceBackendProvider();
    }
}
