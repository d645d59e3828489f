package io.resque.spring.boot;

import io.resque.api.Enqueuer;
import io.resque.api.spi.DeferredWrite;
import io.resque.api.spi.WriteDeferral;
import io.resque.core.Resque;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes jobs after the commit of Spring's transaction of the calling thread: {@code AfterCommit.of(resque).enqueue("mail", "WelcomeMail", 42)}. With
 * the property {@code resque.after-commit=true}, all that the application's {@link Resque} enqueues is written so. Needs spring-tx.
 *
 * <p>Bad input is refused at once. A token is returned at once, and its status can be read after the commit. After a rollback, also of a nested
 * transaction to its savepoint, nothing is written. Without a transaction a job is written at once. If Redis refuses the job after the commit, {@link
 * io.resque.api.ResqueListener#notWritten} and the log tell so. If the process ends between commit and write, the job is lost: an outbox in
 * the database does not lose it. Reactive transactions are not seen.
 */
public final class AfterCommit {
    private static final Logger LOG = LoggerFactory.getLogger(AfterCommit.class);
    private static final WriteDeferral DEFERRAL = new InTransactions();

    private AfterCommit() {}

    /**
     * An enqueuer that writes after the commit.
     *
     * @param resque of the application
     * @return thread-safe; to be used as long as the {@code Resque}
     */
    public static Enqueuer of(Resque resque) {
        return resque.deferring(DEFERRAL);
    }

    /**
     * The deferral itself, for a {@code Resque} that the application builds.
     *
     * @return thread-safe
     */
    public static WriteDeferral deferral() {
        return DEFERRAL;
    }

    private static final class InTransactions implements WriteDeferral {
        @Override
        public boolean defers() {
            return TransactionSynchronizationManager.isSynchronizationActive()
                    && TransactionSynchronizationManager.isActualTransactionActive();
        }

        @Override
        public void defer(DeferredWrite write) {
            TransactionSynchronizationManager.registerSynchronization(new AtEnd(write));
        }
    }

    /**
     * Acts after the completion and not in afterCommit: a job that a synchronization of another enqueues in its afterCommit would wait for an
     * afterCommit that never is.
     */
    private static final class AtEnd implements TransactionSynchronization {
        private final DeferredWrite write;
        private final Set<Object> laterSavepoints = new HashSet<>();
        private boolean isDiscarded;

        AtEnd(DeferredWrite write) {
            this.write = write;
        }

        @Override
        public void savepoint(Object savepoint) {
            laterSavepoints.add(savepoint);
        }

        @Override
        public void savepointRollback(Object savepoint) {
            if (!isDiscarded && !laterSavepoints.contains(savepoint)) {
                isDiscarded = true;
                write.discard();
            }
        }

        @Override
        public void afterCompletion(int status) {
            if (isDiscarded) {
                return;
            }
            if (status == STATUS_COMMITTED) {
                write.write();
            } else {
                if (status == STATUS_UNKNOWN) {
                    LOG.error("Whether a transaction was committed is not known, so the jobs of it are not written");
                }
                write.discard();
            }
        }
    }
}
