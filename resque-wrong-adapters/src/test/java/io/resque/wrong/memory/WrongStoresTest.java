package io.resque.wrong.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.spi.StatusStoreProvider;
import io.resque.tck.Feature;
import io.resque.tck.KitRun;
import io.resque.tck.StatusStoreTck;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The kit finds faults of a store of statuses that is not Redis. */
class WrongStoresTest {
    private static final ThreadLocal<@Nullable WrongStore> JUDGED = new ThreadLocal<>();

    /** The kit as a store runs it. It is nested, so that the build does not run it as a test. */
    static class Kit extends StatusStoreTck {
        @Override
        protected StatusStoreProvider provider() {
            return judged();
        }

        private static WrongStore judged() {
            WrongStore store = JUDGED.get();
            if (store == null) {
                throw new IllegalStateException("The kit asks for its adapter in the thread of the test");
            }
            return store;
        }

        @Override
        protected Set<Feature> features() {
            return Set.of();
        }

        @Override
        protected String url() {
            return "memory:" + judged().label().replaceAll("\\W+", "-");
        }
    }

    private static List<KitRun.Broken> judge(WrongStore store, Set<String> rules) {
        JUDGED.set(store);
        try {
            return KitRun.of(Kit.class, held -> held.stream().anyMatch(rules::contains));
        } finally {
            JUDGED.remove();
        }
    }

    @TestFactory
    Stream<DynamicTest> isFound() {
        return WrongStores.all().stream()
                .map(wrong -> dynamicTest(wrong.rule() + " " + wrong.label(), () -> {
                    List<KitRun.Broken> broken = judge(wrong, Set.of(wrong.rule()));
                    Verdicts.add(wrong.rule() + " " + wrong.label(), broken);
                    assertThat(broken)
                            .as(
                                    "a test that holds %s must fail, and its message must hold: %s",
                                    wrong.rule(), wrong.says())
                            .anyMatch(failed -> failed.rules().equals(Set.of(wrong.rule()))
                                    && failed.message().contains(wrong.says()));
                }));
    }

    @Test
    void theRightOneIsFoundRight() {
        Set<String> rules = new TreeSet<>();
        WrongStores.all().forEach(wrong -> rules.add(wrong.rule()));
        assertThat(judge(WrongStore.of("right", "", "", store -> store), rules)).isEmpty();
    }
}
