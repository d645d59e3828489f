package io.resque.backend.jedis;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.QueueBackendTck;

class JedisBackendTckTest extends QueueBackendTck {
    @Override
    protected QueueBackendProvider provider() {
        return new JedisBackendProvider();
    }
}
