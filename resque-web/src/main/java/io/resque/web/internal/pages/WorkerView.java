package io.resque.web.internal.pages;

import java.util.List;
import java.util.SortedMap;

/** One worker, with the whole arguments of its job. */
record WorkerView(
        WorkerRow worker,
        String arguments,
        String startedAt,
        String heartbeatAt,
        SortedMap<String, String> attributes,
        List<Button> buttons) {}
