/** A backend for storage that is not Redis, as far as an author has come, and a store of statuses. Shown in docs/write-an-adapter.md. */
@NullMarked
package com.example.shelf;

import org.jspecify.annotations.NullMarked;
