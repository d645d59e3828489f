package io.resque.web.internal.pages;

import java.util.List;

/**
 * The status of a tracked job, or the form that asks for a token.
 *
 * @param address of the form
 * @param token empty if there is none yet
 * @param state empty if there is no such status
 * @param percent how much is done; -1 if that is not known
 * @param lines what the job has logged
 */
record StatusView(
        String address,
        String token,
        String state,
        String updated,
        String queued,
        String result,
        int percent,
        String progress,
        List<String> lines,
        List<Button> buttons) {}
