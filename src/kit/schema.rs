//! The tables as diesel sees them, in the order of the migrations.

diesel::table! {
    levels (id) {
        id -> BigInt,
        code -> Text,
        ordinal -> Integer,
        name_hi -> Text,
        name_en -> Text,
        electoral -> Bool,
    }
}

diesel::table! {
    units (id) {
        id -> BigInt,
        code -> Text,
        level_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        constituency_id -> Nullable<BigInt>,
        path -> Text,
        name_hi -> Text,
        name_en -> Text,
        folded -> Text,
        census_code -> Nullable<Text>,
        population -> Nullable<BigInt>,
        timezone -> Nullable<Text>,
        contact_name -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    people (id) {
        id -> BigInt,
        unit_id -> BigInt,
        constituency_id -> Nullable<BigInt>,
        reference -> Nullable<Text>,
        name -> Text,
        name_other -> Nullable<Text>,
        relation_name -> Nullable<Text>,
        folded -> Text,
        previous_party -> Nullable<Text>,
        joined_on -> Nullable<Date>,
        admitted_by -> Nullable<Text>,
        language -> Nullable<Text>,
        gender -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        erased_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    phones (id) {
        id -> BigInt,
        person_id -> BigInt,
        position -> Integer,
        number -> Text,
    }
}

diesel::table! {
    emails (id) {
        id -> BigInt,
        person_id -> BigInt,
        position -> Integer,
        address -> Text,
        folded -> Text,
    }
}

diesel::table! {
    name_words (word, person_id) {
        word -> Text,
        person_id -> BigInt,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        person_id -> BigInt,
        role -> Text,
        unit_id -> Nullable<BigInt>,
        session_id -> Nullable<BigInt>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        granted_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    visits (id) {
        id -> BigInt,
        token_hash -> Text,
        person_id -> BigInt,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_links (id) {
        id -> BigInt,
        token_hash -> Text,
        person_id -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_codes (id) {
        id -> BigInt,
        browser_hash -> Text,
        person_id -> BigInt,
        code_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        token_hash -> Text,
        person_id -> BigInt,
        label -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    attempts (subject) {
        subject -> Text,
        tries -> Integer,
        last_at -> Timestamp,
    }
}

diesel::table! {
    courses (id) {
        id -> BigInt,
        code -> Text,
        unit_id -> BigInt,
        title_hi -> Text,
        title_en -> Text,
        state -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    course_versions (id) {
        id -> BigInt,
        course_id -> BigInt,
        version -> Integer,
        percent -> Integer,
        published_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    modules (id) {
        id -> BigInt,
        course_version_id -> BigInt,
        position -> Integer,
        code -> Text,
        title_hi -> Text,
        title_en -> Text,
        minutes -> Integer,
        compulsory -> Bool,
    }
}

diesel::table! {
    venues (id) {
        id -> BigInt,
        unit_id -> BigInt,
        name_hi -> Text,
        name_en -> Text,
        seats -> Integer,
        address -> Text,
        map_url -> Nullable<Text>,
        contact -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    batches (id) {
        id -> BigInt,
        course_version_id -> BigInt,
        course_id -> BigInt,
        unit_id -> BigInt,
        title -> Text,
        seats -> Integer,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        state -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        cancel_reason -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        batch_id -> BigInt,
        venue_id -> Nullable<BigInt>,
        link -> Nullable<Text>,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        timezone -> Text,
        state -> Text,
        revision -> Integer,
        cancel_reason -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    session_modules (session_id, module_id) {
        session_id -> BigInt,
        module_id -> BigInt,
    }
}

diesel::table! {
    session_trainers (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        revision -> Integer,
    }
}

diesel::table! {
    session_revisions (id) {
        id -> BigInt,
        session_id -> BigInt,
        revision -> Integer,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        venue_id -> Nullable<BigInt>,
        link -> Nullable<Text>,
        state -> Text,
        reason -> Nullable<Text>,
        made_by -> Nullable<BigInt>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    standings (enrolment_id) {
        enrolment_id -> BigInt,
        course_id -> BigInt,
        batch_id -> BigInt,
        person_id -> BigInt,
        unit_id -> BigInt,
        standing -> Text,
        percent -> Integer,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    enrolments (id) {
        id -> BigInt,
        batch_id -> BigInt,
        person_id -> BigInt,
        place -> Text,
        queued_at -> Timestamp,
        round -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        way -> Text,
        asked_by -> Nullable<BigInt>,
        decider_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    enrolment_moves (id) {
        id -> BigInt,
        enrolment_id -> BigInt,
        from_place -> Nullable<Text>,
        to_place -> Text,
        reason -> Nullable<Text>,
        made_by -> Nullable<BigInt>,
        made_at -> Timestamp,
        act -> Nullable<Text>,
    }
}

diesel::table! {
    marks (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        status -> Text,
        minutes -> Nullable<Integer>,
        marked_at -> Timestamp,
        client_id -> Text,
        marked_by -> Nullable<BigInt>,
        received_at -> Timestamp,
        source -> Text,
    }
}

diesel::table! {
    mark_events (client_id) {
        client_id -> Text,
        session_id -> BigInt,
        person_id -> BigInt,
        status -> Text,
        minutes -> Nullable<Integer>,
        marked_at -> Timestamp,
        marked_by -> Nullable<BigInt>,
        device -> Nullable<Text>,
        received_at -> Timestamp,
        source -> Text,
        device_at -> Nullable<Timestamp>,
        sequence -> Nullable<BigInt>,
        offset_ms -> Nullable<BigInt>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    disagreements (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        found_at -> Timestamp,
    }
}

diesel::table! {
    roll_closings (session_id) {
        session_id -> BigInt,
        closed_by -> Nullable<BigInt>,
        closed_at -> Timestamp,
        how -> Text,
    }
}

diesel::table! {
    appeals (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        claim -> Text,
        text -> Text,
        made_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<BigInt>,
        decision -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    walk_ins (id) {
        id -> BigInt,
        client_id -> Text,
        session_id -> BigInt,
        name -> Text,
        phone -> Text,
        status -> Text,
        came_at -> Timestamp,
        added_by -> Nullable<BigInt>,
        received_at -> Timestamp,
        person_id -> Nullable<BigInt>,
        matched_by -> Nullable<BigInt>,
        matched_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    check_ins (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        device -> Text,
        way -> Text,
        step -> BigInt,
        tapped_at -> Timestamp,
        received_at -> Timestamp,
        flag -> Nullable<Text>,
        settled_by -> Nullable<BigInt>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    remembered_phones (device, person_id) {
        device -> Text,
        person_id -> BigInt,
        made_at -> Timestamp,
        until -> Timestamp,
    }
}

diesel::table! {
    badge_revocations (person_id, number) {
        person_id -> BigInt,
        number -> Integer,
        reason -> Text,
        revoked_by -> Nullable<BigInt>,
        revoked_at -> Timestamp,
    }
}

diesel::table! {
    apologies (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        reason -> Text,
        words -> Nullable<Text>,
        state -> Text,
        made_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    guests (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        place -> Text,
        for_session -> Nullable<BigInt>,
        asked_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    helper_passes (id) {
        id -> BigInt,
        session_id -> BigInt,
        label -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        pin_used_at -> Nullable<Timestamp>,
        opened_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    letters (id) {
        id -> BigInt,
        kind -> Text,
        rule -> Nullable<Text>,
        person_id -> Nullable<BigInt>,
        batch_id -> Nullable<BigInt>,
        session_id -> Nullable<BigInt>,
        revision -> Nullable<Integer>,
        enrolment_id -> Nullable<BigInt>,
        key -> Text,
        facts -> Text,
        state -> Text,
        due_at -> Timestamp,
        useless_after -> Nullable<Timestamp>,
        attempts -> Integer,
        next_try_at -> Timestamp,
        lease_token -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        message_id -> Text,
        address -> Nullable<Text>,
        reason -> Nullable<Text>,
        sent_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        slot_at -> Nullable<Timestamp>,
        handed -> Integer,
        take_overs -> Integer,
        notice_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    mail_pauses (id) {
        id -> BigInt,
        reason -> Text,
        paused_at -> Timestamp,
        paused_by -> Nullable<BigInt>,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    mail_paces (scope) {
        scope -> Text,
        next_slot_at -> Timestamp,
    }
}

diesel::table! {
    unsubscribes (person_id) {
        person_id -> BigInt,
        stopped_at -> Timestamp,
    }
}

diesel::table! {
    bounces (id) {
        id -> BigInt,
        key -> Text,
        folded -> Text,
        letter_id -> Nullable<BigInt>,
        is_final -> Bool,
        status -> Text,
        said -> Text,
        forgiven -> Bool,
        at -> Timestamp,
    }
}

diesel::table! {
    blocked_addresses (folded) {
        folded -> Text,
        blocked_at -> Timestamp,
        said -> Text,
    }
}

diesel::table! {
    plan_requests (batch_id) {
        batch_id -> BigInt,
        asked_at -> Timestamp,
    }
}

diesel::table! {
    reminder_rules (id) {
        id -> BigInt,
        code -> Nullable<Text>,
        course_id -> Nullable<BigInt>,
        batch_id -> Nullable<BigInt>,
        anchor -> Text,
        days -> Integer,
        clock -> Nullable<Text>,
        minutes -> Integer,
        at_latest -> Nullable<Integer>,
        audience -> Text,
        template -> Text,
        language -> Text,
        is_on -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    answers (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        answer -> Text,
        reason -> Nullable<Text>,
        answered_at -> Timestamp,
    }
}

diesel::table! {
    journal (position) {
        position -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        action -> Text,
        subject -> Text,
        unit_id -> Nullable<BigInt>,
        detail -> Text,
        hash -> Text,
    }
}

diesel::table! {
    journal_head (id) {
        id -> Integer,
        position -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    idempotency_keys (person_id, key) {
        person_id -> BigInt,
        key -> Text,
        body_hash -> Text,
        status -> Integer,
        answer -> Text,
        location -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    office_kinds (id) {
        id -> BigInt,
        code -> Text,
        ordinal -> Integer,
        name_hi -> Text,
        name_en -> Text,
        level -> Nullable<Text>,
        approves -> Bool,
        several -> Bool,
    }
}

diesel::table! {
    offices (id) {
        id -> BigInt,
        kind_id -> BigInt,
        unit_id -> BigInt,
        person_id -> BigInt,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        appointed_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    calendar_feeds (id) {
        id -> BigInt,
        token_hash -> Text,
        person_id -> BigInt,
        purpose -> Text,
        unit_id -> Nullable<BigInt>,
        label -> Text,
        language -> Text,
        neutral -> Bool,
        etag -> Text,
        changed_at -> Timestamp,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    holidays (id) {
        id -> BigInt,
        day -> Date,
        name_hi -> Text,
        name_en -> Text,
        kind -> Text,
        estimated -> Bool,
        unit_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    travel_settings (id) {
        id -> Integer,
        minutes -> Integer,
    }
}

diesel::table! {
    travel_times (venue_id, other_id) {
        venue_id -> BigInt,
        other_id -> BigInt,
        minutes -> Integer,
        set_by -> Nullable<BigInt>,
        set_at -> Timestamp,
    }
}

diesel::table! {
    trainer_hours (person_id, weekday) {
        person_id -> BigInt,
        weekday -> Integer,
        starts -> Integer,
        ends -> Integer,
    }
}

diesel::table! {
    trainer_absences (id) {
        id -> BigInt,
        person_id -> BigInt,
        from_day -> Date,
        to_day -> Date,
        reason -> Nullable<Text>,
        made_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    plans (id) {
        id -> BigInt,
        person_id -> BigInt,
        course_id -> BigInt,
        state -> Text,
        grid -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        published_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    offers (id) {
        id -> BigInt,
        enrolment_id -> BigInt,
        made_at -> Timestamp,
        ends_at -> Timestamp,
        answer -> Text,
        answered_at -> Nullable<Timestamp>,
        answered_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    reservations (batch_id, unit_id) {
        batch_id -> BigInt,
        unit_id -> BigInt,
        seats -> Integer,
        held_until -> Date,
    }
}

diesel::table! {
    course_prerequisites (course_id, needs_id) {
        course_id -> BigInt,
        needs_id -> BigInt,
    }
}

diesel::table! {
    consents (id) {
        id -> BigInt,
        person_id -> BigInt,
        batch_id -> Nullable<BigInt>,
        channel -> Text,
        notice -> Text,
        noted_by -> Nullable<BigInt>,
        given_at -> Timestamp,
    }
}

diesel::table! {
    untold (letter_id) {
        letter_id -> BigInt,
        since -> Timestamp,
        look_at -> Timestamp,
    }
}

diesel::table! {
    digest_lines (letter_id, contact_id) {
        letter_id -> BigInt,
        contact_id -> BigInt,
        digest_id -> BigInt,
        since -> Timestamp,
        told_at -> Timestamp,
    }
}

diesel::table! {
    weekly_turns (monday) {
        monday -> Date,
        planned_at -> Timestamp,
    }
}

diesel::table! {
    weekly_counts (unit_id, monday) {
        unit_id -> BigInt,
        monday -> Date,
        enrolled -> BigInt,
        complete -> BigInt,
    }
}

diesel::table! {
    stopped_digests (person_id, kind) {
        person_id -> BigInt,
        kind -> Text,
        stopped_at -> Timestamp,
    }
}

diesel::table! {
    notices (id) {
        id -> BigInt,
        key -> Text,
        person_id -> BigInt,
        unit_id -> BigInt,
        course_id -> Nullable<BigInt>,
        batch_id -> Nullable<BigInt>,
        place -> Nullable<Text>,
        verdict -> Nullable<Text>,
        subject_hi -> Nullable<Text>,
        body_hi -> Nullable<Text>,
        subject_en -> Nullable<Text>,
        body_en -> Nullable<Text>,
        state -> Text,
        revision -> Integer,
        confirmed_count -> Nullable<BigInt>,
        confirmed_by -> Nullable<BigInt>,
        confirmed_at -> Nullable<Timestamp>,
        due_at -> Nullable<Timestamp>,
        written_to -> BigInt,
        is_written -> Bool,
        paused_by -> Nullable<Text>,
        watched_from -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        approved_by -> Nullable<BigInt>,
        approved_at -> Nullable<Timestamp>,
        sent_back_by -> Nullable<BigInt>,
        sent_back_reason -> Nullable<Text>,
    }
}

diesel::table! {
    letter_templates (id) {
        id -> BigInt,
        letter -> Text,
        number -> Integer,
        subject_hi -> Nullable<Text>,
        opening_hi -> Nullable<Text>,
        closing_hi -> Nullable<Text>,
        subject_en -> Nullable<Text>,
        opening_en -> Nullable<Text>,
        closing_en -> Nullable<Text>,
        copy_of -> Nullable<Integer>,
        made_by -> BigInt,
        made_at -> Timestamp,
    }
}

diesel::table! {
    letter_bodies (letter_id) {
        letter_id -> BigInt,
        body -> Text,
    }
}

diesel::table! {
    trainer_knowledge (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        teaches -> Bool,
        revision -> Integer,
        since -> Timestamp,
    }
}

diesel::table! {
    notice_writers (person_id) {
        person_id -> BigInt,
        asked_at -> Timestamp,
    }
}

diesel::joinable!(units -> levels (level_id));
diesel::joinable!(phones -> people (person_id));
diesel::joinable!(emails -> people (person_id));
diesel::joinable!(name_words -> people (person_id));
diesel::joinable!(grants -> units (unit_id));
diesel::joinable!(visits -> people (person_id));
diesel::joinable!(sign_in_links -> people (person_id));
diesel::joinable!(sign_in_codes -> people (person_id));
diesel::joinable!(api_tokens -> people (person_id));
diesel::joinable!(courses -> units (unit_id));
diesel::joinable!(course_versions -> courses (course_id));
diesel::joinable!(modules -> course_versions (course_version_id));
diesel::joinable!(venues -> units (unit_id));
diesel::joinable!(batches -> course_versions (course_version_id));
diesel::joinable!(batches -> courses (course_id));
diesel::joinable!(batches -> units (unit_id));
diesel::joinable!(sessions -> batches (batch_id));
diesel::joinable!(sessions -> venues (venue_id));
diesel::joinable!(session_modules -> sessions (session_id));
diesel::joinable!(session_modules -> modules (module_id));
diesel::joinable!(session_trainers -> sessions (session_id));
diesel::joinable!(session_trainers -> people (person_id));
diesel::joinable!(trainer_knowledge -> sessions (session_id));
diesel::joinable!(session_revisions -> sessions (session_id));
diesel::joinable!(session_revisions -> venues (venue_id));
diesel::joinable!(session_revisions -> people (made_by));
diesel::joinable!(standings -> courses (course_id));
diesel::joinable!(standings -> batches (batch_id));
diesel::joinable!(enrolments -> batches (batch_id));
diesel::joinable!(enrolments -> people (person_id));
diesel::joinable!(enrolment_moves -> enrolments (enrolment_id));
diesel::joinable!(enrolment_moves -> people (made_by));
diesel::joinable!(offers -> enrolments (enrolment_id));
diesel::joinable!(reservations -> batches (batch_id));
diesel::joinable!(reservations -> units (unit_id));
diesel::joinable!(marks -> sessions (session_id));
diesel::joinable!(mark_events -> sessions (session_id));
diesel::joinable!(disagreements -> sessions (session_id));
diesel::joinable!(disagreements -> people (person_id));
diesel::joinable!(roll_closings -> sessions (session_id));
diesel::joinable!(roll_closings -> people (closed_by));
diesel::joinable!(appeals -> sessions (session_id));
diesel::joinable!(walk_ins -> sessions (session_id));
diesel::joinable!(badge_revocations -> people (person_id));
diesel::joinable!(apologies -> people (person_id));
diesel::joinable!(apologies -> sessions (session_id));
diesel::joinable!(guests -> people (person_id));
diesel::joinable!(guests -> sessions (session_id));
diesel::joinable!(helper_passes -> sessions (session_id));
diesel::joinable!(check_ins -> people (person_id));
diesel::joinable!(check_ins -> sessions (session_id));
diesel::joinable!(remembered_phones -> people (person_id));
diesel::joinable!(letter_bodies -> letters (letter_id));
diesel::joinable!(letters -> people (person_id));
diesel::joinable!(letters -> batches (batch_id));
diesel::joinable!(letters -> sessions (session_id));
diesel::joinable!(letters -> enrolments (enrolment_id));
diesel::joinable!(mail_pauses -> people (paused_by));
diesel::joinable!(unsubscribes -> people (person_id));
diesel::joinable!(bounces -> letters (letter_id));
diesel::joinable!(plan_requests -> batches (batch_id));
diesel::joinable!(reminder_rules -> courses (course_id));
diesel::joinable!(reminder_rules -> batches (batch_id));
diesel::joinable!(answers -> sessions (session_id));
diesel::joinable!(answers -> people (person_id));
diesel::joinable!(idempotency_keys -> people (person_id));
diesel::joinable!(offices -> office_kinds (kind_id));
diesel::joinable!(offices -> units (unit_id));
diesel::joinable!(offices -> people (person_id));
diesel::joinable!(calendar_feeds -> people (person_id));
diesel::joinable!(calendar_feeds -> units (unit_id));
diesel::joinable!(holidays -> units (unit_id));
diesel::joinable!(plans -> courses (course_id));
diesel::joinable!(untold -> letters (letter_id));
diesel::joinable!(weekly_counts -> units (unit_id));
diesel::joinable!(stopped_digests -> people (person_id));
diesel::joinable!(notices -> units (unit_id));
diesel::joinable!(notices -> people (person_id));
diesel::joinable!(letter_templates -> people (made_by));

diesel::allow_tables_to_appear_in_same_query!(
    levels,
    units,
    people,
    phones,
    emails,
    name_words,
    grants,
    visits,
    sign_in_links,
    sign_in_codes,
    api_tokens,
    attempts,
    courses,
    course_versions,
    modules,
    venues,
    batches,
    sessions,
    session_modules,
    session_trainers,
    session_revisions,
    standings,
    enrolments,
    enrolment_moves,
    marks,
    mark_events,
    disagreements,
    roll_closings,
    appeals,
    walk_ins,
    badge_revocations,
    apologies,
    guests,
    helper_passes,
    check_ins,
    remembered_phones,
    letters,
    letter_bodies,
    mail_pauses,
    mail_paces,
    unsubscribes,
    bounces,
    blocked_addresses,
    plan_requests,
    reminder_rules,
    answers,
    journal,
    journal_head,
    idempotency_keys,
    offers,
    reservations,
    course_prerequisites,
    consents,
    office_kinds,
    offices,
    calendar_feeds,
    holidays,
    travel_settings,
    travel_times,
    trainer_hours,
    trainer_absences,
    plans,
    untold,
    digest_lines,
    weekly_turns,
    weekly_counts,
    stopped_digests,
    notices,
    letter_templates,
    trainer_knowledge,
    notice_writers,
);
