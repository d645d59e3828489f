package io.resque.core;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobSerializer;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.JobExecutorTck;

class InThreadExecutorTckTest extends JobExecutorTck {
    @Override
    protected JobExecutorProvider provider() {
        return new InThreadExecutorProvider();
    }

    @Override
    protected JobSerializer serializer() {
        return new GsonSerializerProvider().create();
    }
}
