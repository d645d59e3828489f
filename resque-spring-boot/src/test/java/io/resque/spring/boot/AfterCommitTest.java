package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.InvalidJobException;
import io.resque.core.Resque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Jobs that are written after the commit. */
class AfterCommitTest {
    private final Resque resque = Resque.connect("memory:");
    private final TransactionTemplate transaction = new TransactionTemplate(new Transactions());

    @AfterEach
    void close() {
        resque.close();
    }

    /** Transactions of nothing, with savepoints. */
    private static final class Transactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1;
        private static final ThreadLocal<Tx> CURRENT = new ThreadLocal<>();

        Transactions() {
            setNestedTransactionAllowed(true);
        }

        private static final class Tx implements SavepointManager {
            private static final AtomicInteger SAVEPOINTS = new AtomicInteger();

            @Override
            public Object createSavepoint() {
                return SAVEPOINTS.incrementAndGet();
            }

            @Override
            public void rollbackToSavepoint(Object savepoint) {}

            @Override
            public void releaseSavepoint(Object savepoint) {}
        }

        @Override
        protected Object doGetTransaction() {
            return CURRENT.get() == null ? new Tx() : CURRENT.get();
        }

        @Override
        protected boolean isExistingTransaction(Object transaction) {
            return CURRENT.get() != null;
        }

        @Override
        protected Object doSuspend(Object transaction) {
            Tx suspended = CURRENT.get();
            CURRENT.remove();
            return suspended;
        }

        @Override
        protected void doResume(Object transaction, Object suspended) {
            CURRENT.set((Tx) suspended);
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            CURRENT.set((Tx) transaction);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}

        @Override
        protected void doSetRollbackOnly(DefaultTransactionStatus status) {}

        @Override
        protected void doCleanupAfterCompletion(Object transaction) {
            CURRENT.remove();
        }
    }

    private long waiting() {
        return resque.inspector().queueSize("mail");
    }

    private void enqueue() {
        assertThat(AfterCommit.of(resque).enqueue("mail", "WelcomeMail", 42)).isTrue();
    }

    private TransactionTemplate with(int propagation) {
        TransactionTemplate other = new TransactionTemplate(transaction.getTransactionManager());
        other.setPropagationBehavior(propagation);
        return other;
    }

    @Test
    void aJobIsThereAfterTheCommit() {
        String token = transaction.execute(status -> {
            String early = AfterCommit.of(resque)
                    .enqueueTracked("mail", "WelcomeMail", 42)
                    .orElseThrow();
            assertThat(waiting()).isZero();
            assertThat(resque.status(early)).isEmpty();
            return early;
        });
        assertThat(waiting()).isEqualTo(1);
        assertThat(resque.status(Optional.ofNullable(token).orElseThrow())).isPresent();
    }

    @Test
    void aRollbackLeavesNothing() {
        transaction.executeWithoutResult(status -> {
            enqueue();
            status.setRollbackOnly();
        });
        assertThat(waiting()).isZero();
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    enqueue();
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        assertThat(waiting()).isZero();
    }

    @Test
    void withoutATransactionItIsWrittenAtOnce() {
        enqueue();
        assertThat(waiting()).isEqualTo(1);
        with(TransactionDefinition.PROPAGATION_SUPPORTS).executeWithoutResult(status -> enqueue());
        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    void badInputIsRefusedInTheTransaction() {
        transaction.executeWithoutResult(status -> {
            assertThatThrownBy(() -> AfterCommit.of(resque).enqueue("mail", "WelcomeMail", new Object()))
                    .isInstanceOf(InvalidJobException.class);
            resque.enqueue("mail", "Other"); // not put off
            assertThat(waiting()).isEqualTo(1);
        });
    }

    @Test
    void anInnerTransactionWritesAtItsOwnEnd() {
        transaction.executeWithoutResult(outer -> {
            enqueue();
            with(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> enqueue());
            assertThat(waiting()).isEqualTo(1);
            outer.setRollbackOnly();
        });
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void aRollbackToASavepointLeavesWhatCameBefore() {
        TransactionTemplate nested = with(TransactionDefinition.PROPAGATION_NESTED);
        transaction.executeWithoutResult(outer -> {
            enqueue();
            nested.executeWithoutResult(inner -> {
                AfterCommit.of(resque).enqueue("mail", "Nested");
                inner.setRollbackOnly();
            });
            nested.executeWithoutResult(inner -> AfterCommit.of(resque).enqueue("mail", "Kept"));
        });
        assertThat(resque.inspector().peek("mail", 0, 10))
                .extracting(job -> job.jobClass())
                .containsExactly("WelcomeMail", "Kept");
    }

    /** Such as a listener for events after the commit. */
    @Test
    void whatIsEnqueuedAfterTheCommitIsWritten() {
        transaction.executeWithoutResult(
                status -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        enqueue();
                    }

                    @Override
                    public void afterCompletion(int completion) {
                        enqueue();
                    }
                }));
        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    void aPropertyPutsAllJobsOff() {
        Runners.inMemory().withPropertyValues("resque.after-commit=true").run(context -> {
            assertThat(context).hasNotFailed();
            Resque own = context.getBean(Resque.class);
            transaction.executeWithoutResult(status -> {
                own.enqueue("mail", "WelcomeMail", 42);
                assertThat(own.inspector().queueSize("mail")).isZero();
            });
            assertThat(own.inspector().queueSize("mail")).isEqualTo(1);
        });
    }
}
