package io.resque.spring.boot;

import io.resque.api.Job;
import io.resque.api.JobContext;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** One run of a bean that is a job. */
final class BeanRun implements Job {
    private final ConfigurableListableBeanFactory beans;
    private final String beanName;
    private final UnaryOperator<Job> typed;
    private @Nullable Job bean;
    private @Nullable Job job;

    BeanRun(ConfigurableListableBeanFactory beans, String beanName, UnaryOperator<Job> typed) {
        this.beans = beans;
        this.beanName = beanName;
        this.typed = typed;
    }

    /** Makes the bean here and not earlier: whoever has set up also tears down. */
    @Override
    public void setUp(JobContext context) throws Exception {
        Job made = beans.getBean(beanName, Job.class);
        bean = made;
        boolean isReady = false;
        try {
            Job run = typed.apply(made);
            job = run;
            run.setUp(context);
            isReady = true;
        } finally {
            if (!isReady) {
                destroy();
            }
        }
    }

    @Override
    public void perform(JobContext context) throws Exception {
        if (job != null) {
            job.perform(context);
        }
    }

    @Override
    public void tearDown(JobContext context) throws Exception {
        try {
            if (job != null) {
                job.tearDown(context);
            }
        } finally {
            destroy();
        }
    }

    private void destroy() {
        if (bean != null && beans.isPrototype(beanName)) {
            beans.destroyBean(beanName, bean);
        }
    }
}
