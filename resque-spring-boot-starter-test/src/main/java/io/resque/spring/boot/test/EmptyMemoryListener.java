package io.resque.spring.boot.test;

import io.resque.core.Resque;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/** Empties the memory before each test method, since contexts serve several tests. */
final class EmptyMemoryListener implements TestExecutionListener, Ordered {
    /** Before what tests do in their own callbacks. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public void beforeTestMethod(TestContext test) {
        if (TestContextAnnotationUtils.hasAnnotation(test.getTestClass(), AutoConfigureTestResque.class)) {
            ApplicationContext context = test.getApplicationContext();
            context.getBeanProvider(Resque.class).stream().forEach(EmptyMemoryListener::empty);
        }
    }

    private static void empty(Resque resque) {
        resque.inspector().queues().keySet().forEach(resque::removeQueue);
        resque.failures().clear();
        resque.delayed().clear();
        resque.inspector().pausedQueues().forEach(resque::resumeQueue);
        resque.resumeAll();
    }
}
