package com.example.springshop;

import io.resque.spring.boot.ResqueJob;
import io.resque.spring.boot.ResqueRecurring;
import org.springframework.stereotype.Component;

@Component
class Cleanup {
    interface Store {
        void removeOldRecords();
    }

    private final Store store;

    Cleanup(Store store) {
        this.store = store;
    }

    @ResqueJob(value = "Cleanup", queue = "low")
    @ResqueRecurring(cron = "30 2 * * *", zone = "Europe/Berlin")
    void cleanUp() {
        store.removeOldRecords();
    }
}
