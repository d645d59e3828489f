package io.resque.backend.jedis;

import io.resque.api.spi.StatusStoreProvider;
import io.resque.tck.StatusStoreTck;

class JedisStatusStoreTckTest extends StatusStoreTck {
    @Override
    protected StatusStoreProvider provider() {
        return new JedisBackendProvider();
    }
}
