package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.javapoet.ClassName;

/** What a native image must keep. No native image was built. */
class JobHintsTest {
    record Inner(String text) {}

    enum Kind {
        A
    }

    record Arguments(long user, List<Inner> inner, Kind kind) {}

    static class Jobs {
        @ResqueJob("Job")
        void perform(Arguments arguments) {}
    }

    static class NoJobs {
        void perform(Arguments arguments) {}
    }

    private static RuntimeHints hints(Class<?> bean) {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerBeanDefinition("bean", new RootBeanDefinition(bean));
        BeanFactoryInitializationAotContribution contribution = new JobHints().processAheadOfTime(beans);
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(JobHintsTest.class)), new InMemoryGeneratedFiles());
        if (contribution != null) {
            contribution.applyTo(generation, null);
        }
        return generation.getRuntimeHints();
    }

    @Test
    void jobsAndTheirArgumentsAreKept() throws Exception {
        RuntimeHints hints = hints(Jobs.class);
        assertThat(reflection().onMethodInvocation(Jobs.class.getDeclaredMethod("perform", Arguments.class)))
                .accepts(hints);
        for (Class<?> type : List.of(Arguments.class, Inner.class, Kind.class)) {
            assertThat(reflection().onType(type)).accepts(hints);
        }
        assertThat(reflection().onType(Arguments.class)).rejects(hints(NoJobs.class));
    }

    @Test
    void scriptsAreKept() {
        RuntimeHints hints = new RuntimeHints();
        new JobHints().registerHints(hints, null);
        assertThat(resource().forResource("io/resque/backend/redis/step.lua")).accepts(hints);
        assertThat(getClass().getResource("/io/resque/backend/redis/step.lua")).isNotNull();
    }
}
