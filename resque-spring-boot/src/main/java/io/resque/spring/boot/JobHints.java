package io.resque.spring.boot;

import io.resque.api.JobContext;
import io.resque.api.TypedJob;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** Says what a native image must keep: classes with jobs, the records and enums of their arguments, and the scripts for Redis. */
final class JobHints implements BeanFactoryInitializationAotProcessor, RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
        hints.resources().registerPattern("io/resque/backend/redis/*.lua");
    }

    @Override
    public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
            ConfigurableListableBeanFactory beans) {
        Set<Class<?>> called = new LinkedHashSet<>();
        Set<Class<?>> read = new LinkedHashSet<>();
        for (String name : beans.getBeanDefinitionNames()) {
            Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
            if (type != null && AnnotationUtils.isCandidateClass(type, ResqueJob.class)) {
                Set<Method> jobs = MethodIntrospector.selectMethods(type, (ReflectionUtils.MethodFilter)
                        method -> AnnotatedElementUtils.hasAnnotation(method, ResqueJob.class));
                if (!jobs.isEmpty() || AnnotatedElementUtils.hasAnnotation(type, ResqueJob.class)) {
                    called.add(type);
                    jobs.forEach(job -> parameters(job, read));
                    typed(type, read);
                }
            }
        }
        return called.isEmpty()
                ? null
                : (generation, code) -> register(generation.getRuntimeHints().reflection(), called, read);
    }

    private static void register(ReflectionHints hints, Set<Class<?>> called, Set<Class<?>> read) {
        called.forEach(type -> hints.registerType(
                type, MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
        read.forEach(type -> hints.registerType(
                type, MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
    }

    private static void parameters(Method job, Set<Class<?>> read) {
        for (Type type : job.getGenericParameterTypes()) {
            if (type != JobContext.class) {
                add(type, read);
            }
        }
    }

    private static void typed(Class<?> type, Set<Class<?>> read) {
        Class<?> arguments =
                ResolvableType.forClass(type).as(TypedJob.class).getGeneric().resolve();
        if (arguments != null) {
            add(arguments, read);
        }
    }

    private static void add(Type type, Set<Class<?>> read) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                add(argument, read);
            }
        } else if (type instanceof Class<?> simple && (simple.isRecord() || simple.isEnum()) && read.add(simple)) {
            if (simple.isRecord()) {
                for (RecordComponent component : simple.getRecordComponents()) {
                    add(component.getGenericType(), read);
                }
            }
        }
    }
}
