package io.resque.serialization.gson;

import io.resque.api.spi.JobSerializerProvider;
import io.resque.tck.JobSerializerTck;

class GsonSerializerTckTest extends JobSerializerTck {
    @Override
    protected JobSerializerProvider provider() {
        return new GsonSerializerProvider();
    }
}
