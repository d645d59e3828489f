package com.example.outside;

import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobRequest;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a job sees of its run. */
final class OutsideContext implements JobContext, JobArguments {
    final JobRequest request;
    private final JobExecutorHost host;
    volatile boolean cancelled;
    Object result;

    OutsideContext(JobRequest request, JobExecutorHost host) {
        this.request = request;
        this.host = host;
    }

    @Override
    public String queue() {
        return request.queue();
    }

    @Override
    public String jobClass() {
        return request.jobClass();
    }

    @Override
    public Optional<String> id() {
        return Optional.ofNullable(request.id());
    }

    @Override
    public JobArguments args() {
        return this;
    }

    @Override
    public void result(Object value) {
        result = host.toTree(value);
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public boolean enqueue(String queue, String jobClass, Object... args) {
        return host.enqueue(queue, jobClass, Arrays.asList(args));
    }

    @Override
    public int size() {
        return request.args().size();
    }

    @Override
    public List<Object> asList() {
        return request.args();
    }

    @Override
    public Object get(int index) {
        return request.args().get(index);
    }

    @Override
    public <T> T get(int index, Class<T> type) {
        return type.cast(host.serializer().convert(get(index), type));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map<String, Object> asMap() {
        return (Map<String, Object>) get(0);
    }

    @Override
    public Object get(String key) {
        return asMap().get(key);
    }

    @Override
    public <T> T get(String key, Class<T> type) {
        return type.cast(host.serializer().convert(get(key), type));
    }

    @Override
    public <T> T as(Class<T> type) {
        return type.cast(as((Type) type));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T as(Type type) {
        return (T) host.serializer().convert(request.args(), type);
    }
}
