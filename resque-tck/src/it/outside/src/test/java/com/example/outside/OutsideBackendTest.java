package com.example.outside;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.QueueBackendTck;

class OutsideBackendTest extends QueueBackendTck {
    @Override
    protected QueueBackendProvider provider() {
        return new JedisBackendProvider();
    }
}
