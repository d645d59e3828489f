package io.resque.spring.boot;

import io.resque.api.ConfigurationException;
import io.resque.api.Job;
import io.resque.api.JobArgumentException;
import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.JobType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/** Runs a method of a bean with the arguments of a job. Thread-safe. */
final class MethodRun implements Job {
    private final ConfigurableListableBeanFactory beans;
    private final String beanName;
    private final Method method;
    private final String place;
    private final Class<?>[] types;
    private final Type[] generics;
    private final List<Type> wanted;

    /** @param method one that can be called on the bean, also if that is a proxy */
    MethodRun(ConfigurableListableBeanFactory beans, String beanName, Method method, String place) {
        this.beans = beans;
        this.beanName = beanName;
        this.method = method;
        this.place = place;
        this.types = method.getParameterTypes();
        this.generics = method.getGenericParameterTypes();
        this.wanted =
                Arrays.stream(generics).filter(type -> type != JobContext.class).toList();
        if (Future.class.isAssignableFrom(method.getReturnType())
                || CompletionStage.class.isAssignableFrom(method.getReturnType())) {
            throw new ConfigurationException(place + " returns a "
                    + method.getReturnType().getSimpleName()
                    + ", and a job ends when its method returns; return the result itself, or nothing");
        }
        for (int i = 0; i < generics.length; i++) {
            if (types[i] != JobContext.class) {
                JobType.checkArgument("Parameter " + (i + 1) + " of " + place, generics[i]);
            }
        }
        ReflectionUtils.makeAccessible(method);
    }

    @Override
    public void perform(JobContext context) throws Exception {
        Object[] arguments = arguments(context);
        Object bean = beans.getBean(beanName);
        try {
            Object result = method.invoke(bean, arguments);
            if (result != null) {
                context.result(result);
            }
        } catch (InvocationTargetException e) {
            ReflectionUtils.rethrowException(e.getTargetException());
        } finally {
            if (beans.isPrototype(beanName)) {
                beans.destroyBean(beanName, bean);
            }
        }
    }

    private Object[] arguments(JobContext context) {
        JobArguments given = context.args();
        boolean isWhole = wanted.size() == 1 && wanted.get(0) instanceof Class<?> only && only.isRecord();
        if (!isWhole && given.size() > wanted.size()) {
            throw wrongNumber(context, given.size());
        }
        Object[] values = new Object[types.length];
        int next = 0;
        for (int i = 0; i < values.length; i++) {
            if (types[i] == JobContext.class) {
                values[i] = context;
            } else if (isWhole) {
                values[i] = given.as(types[i]);
            } else if (next < given.size()) {
                values[i] = given.get(next++, generics[i]);
            } else if (types[i] == Optional.class) {
                values[i] = Optional.empty();
            } else {
                throw wrongNumber(context, given.size());
            }
        }
        return values;
    }

    private JobArgumentException wrongNumber(JobContext context, int given) {
        return new JobArgumentException("\"" + context.jobClass() + "\" was given " + given + " arguments, and " + place
                + " takes " + wanted.size() + "; only Optionals at the end can be left out");
    }
}
