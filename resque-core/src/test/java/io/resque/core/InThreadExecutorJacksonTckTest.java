package io.resque.core;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobSerializer;
import io.resque.serialization.jackson.JacksonSerializerProvider;
import io.resque.tck.JobExecutorTck;

class InThreadExecutorJacksonTckTest extends JobExecutorTck {
    @Override
    protected JobExecutorProvider provider() {
        return new InThreadExecutorProvider();
    }

    @Override
    protected JobSerializer serializer() {
        return new JacksonSerializerProvider().create();
    }
}
