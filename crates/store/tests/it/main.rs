//! One suite for both databases: every story runs on SQLite and on PostgreSQL, through the public interface alone.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod customers;
mod database;
mod devices;
mod failures;
mod invitations;
mod jobs;
mod people;
mod records;
mod requests;
mod sessions;
mod sweeps;
mod timeline;
mod together;
mod world;

/// Turns each story, `async fn(Database)`, into a test on SQLite and one on PostgreSQL.
macro_rules! stories {
    ($($module:ident { $($story:ident),* $(,)? })*) => {
        mod sqlite {
            $($(
                #[test]
                fn $story() {
                    crate::database::on_sqlite(crate::$module::$story);
                }
            )*)*
        }
        mod postgres {
            $($(
                #[test]
                fn $story() {
                    crate::database::on_postgres(crate::$module::$story);
                }
            )*)*
        }
    };
}

stories! {
    customers {
        a01_a_customer_is_written_and_read_back,
        h04_two_changes_planned_on_one_state_are_not_both_applied,
        h04_a_change_that_is_no_event_is_guarded_too,
        h01_a_record_has_one_customer_until_its_link_ends,
        a01_customers_come_page_by_page,
        h04_an_empty_plan_changes_nothing,
    }
    people {
        a23_an_identity_belongs_to_one_customer,
        a23_removing_an_identity_ends_its_sessions_and_frees_it,
        h03_a_question_is_not_put_twice_while_it_is_open,
        h03_a_question_is_answered_once,
        a20_a_question_about_a_sign_in_needs_no_customer,
        a23_the_last_identity_stays_whoever_removes_it,
        a23_other_sessions_of_the_person_end,
    }
    invitations {
        a11_an_invitation_reads_back_as_written,
        a20_of_64_racing_claims_one_wins,
        a20_only_the_open_can_be_claimed,
        a20_a_claim_is_consumed_once_and_released_only_before,
        a20_revoking_spares_what_is_claimed,
        a13_a_whole_activation_is_one_plan,
        a13_two_activations_of_one_requester_leave_one_customer,
        a13_an_activation_ends_once,
    }
    records {
        h02_a_read_begun_earlier_never_overwrites_a_later_one,
        h02_a_repetition_is_no_change,
        a04_a_record_is_found_by_what_it_says_now,
        h04_a_late_read_does_not_bring_back_what_is_gone,
        h04_text_of_any_kind_is_kept,
        h04_touching_moves_the_reading_on,
        a04_search_goes_by_prefix_in_any_script,
    }
    devices {
        a15_my_devices_are_those_of_the_linked_requester,
        a19_my_devices_tell_the_unknown_from_the_empty,
        a09_a_device_follows_its_holder,
        a05_other_assets_are_counted_apart,
        a22_an_ended_link_hides_the_devices_at_once,
    }
    timeline {
        h05_the_chain_is_whole_after_every_plan,
        h05_an_edited_entry_is_found,
        h05_a_cut_end_is_found,
        h05_the_timeline_pages_backwards,
        h05_128_writers_append_to_two_timelines_and_none_is_refused,
        h05_plans_about_the_same_two_customers_in_any_order_all_get_through,
        h05_a_note_and_a_change_of_the_customer_do_not_collide,
        h05_what_belongs_to_a_customer_is_decided_on_one_state,
        h05_nothing_is_appended_to_a_customer_who_is_not_there,
        h05_what_is_personal_is_erased_and_the_chain_still_verifies,
        h05_no_personal_value_is_in_the_part_that_stays,
        a09_who_was_told_of_a_device_is_known_without_the_timeline,
        a04_a_contact_finding_is_kept_with_the_customer,
    }
    jobs {
        h04_equal_tasks_that_wait_are_one,
        h04_a_running_task_does_not_block_the_next,
        h04_a_job_has_one_worker,
        h04_a_claim_takes_no_more_than_asked_for_and_the_urgent_first,
        h04_a_retry_gives_way_to_an_equal_task,
        h04_a_job_whose_worker_is_gone_is_given_to_another,
        h04_what_was_given_up_can_be_tried_again,
        h04_only_the_holder_of_the_attempt_ends_a_job,
        h04_work_rings_when_a_plan_enqueues,
    }
    sessions {
        a03_a_session_ends_by_time_by_itself_and_by_owner,
        a03_a_sign_in_is_taken_once,
        a03_what_expired_is_forgotten,
        p03_no_session_begins_by_a_password_that_was_changed_meanwhile,
    }
    requests {
        staff_accounts_are_made_reset_and_unique,
        a_machines_new_key_replaces_the_old,
        a_repeated_request_gets_the_first_answer,
    }
    sweeps {
        h06_a_sweep_shows_how_far_it_is,
        h04_one_sweep_of_a_kind_is_open_at_a_time,
        h04_what_waits_is_kept_once_for_each_record,
        h04_what_is_held_binds_every_plan_that_expects_the_record,
        h04_what_is_held_is_told_from_what_is_there,
        h04_a_later_sweep_takes_over_what_it_meets_on_hold,
        h04_a_sweep_that_fails_throws_away_what_it_put_aside_and_no_more,
        h04_some_of_what_is_held_is_applied_and_the_rest_waits,
        h04_what_cannot_be_applied_waits_again,
        h04_a_decided_change_that_was_read_again_is_not_removed_by_an_older_plan,
        h04_many_at_once_take_no_more_than_the_limit,
        h04_of_many_who_open_a_hold_one_does,
        h04_what_is_gone_waits_too,
        h04_a_device_is_taken_only_from_whoever_has_it,
        h04_a_plan_whose_records_moved_is_known,
        h04_what_was_not_seen_is_found,
        h04_an_alarm_is_as_old_as_its_cause,
    }
    together {
        h04_of_200_plans_at_once_each_gets_its_own_answer,
        h04_what_was_answered_is_there_for_everybody,
        h04_a_caller_who_goes_away_leaves_nothing_half_done,
        h04_a_long_plan_runs_in_its_order,
    }
    failures {
        h04_a_newer_schema_is_refused,
        h04_a_changed_migration_is_refused,
        h04_what_no_program_wrote_is_said_and_not_guessed,
    }
}

/// What only a server can do to its clients.
mod postgres_alone {
    use crate::database::on_postgres;
    use crate::failures;

    #[test]
    fn h04_a_lost_connection_is_replaced() {
        on_postgres(failures::h04_a_lost_connection_is_replaced);
    }

    #[test]
    fn h04_connections_lost_in_the_middle_leave_the_truth() {
        on_postgres(failures::h04_connections_lost_in_the_middle_leave_the_truth);
    }
}
