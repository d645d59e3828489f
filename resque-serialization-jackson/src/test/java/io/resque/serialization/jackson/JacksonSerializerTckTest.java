package io.resque.serialization.jackson;

import io.resque.api.spi.JobSerializerProvider;
import io.resque.tck.JobSerializerTck;

class JacksonSerializerTckTest extends JobSerializerTck {
    @Override
    protected JobSerializerProvider provider() {
        return new JacksonSerializerProvider();
    }
}
