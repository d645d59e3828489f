package io.resque.backend.lettuce;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.QueueBackendTck;

class LettuceBackendTckTest extends QueueBackendTck {
    @Override
    protected QueueBackendProvider provider() {
        return new LettuceBackendProvider();
    }
}
