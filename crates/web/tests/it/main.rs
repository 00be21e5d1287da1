//! The hub's faces over real HTTP on loopback, with stand-ins for the outside systems, on both databases.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod activation;
mod activation_plan;
mod admin;
mod authenticator;
mod authorization;
mod b2c;
mod brake;
mod browser;
mod chaos;
mod community;
mod console;
mod contract;
mod database;
mod doctor;
mod documents;
mod door;
mod holds;
mod hostile;
mod identities;
mod invoices;
mod isolation;
mod me;
mod passkeys;
mod people;
mod persons;
mod promises;
mod registration;
mod requests;
mod requests_guarded;
mod requests_mirrored;
mod requests_steps;
mod returns;
mod returns_for;
mod routes;
mod second_factor;
mod slow;
mod sweeps;
mod test_app;
mod upstream;
mod vendor;
mod vendor_console;
mod vendor_hostile;
mod vendor_people;
mod walks;
mod why;
mod writing;
mod writing_again;

use community::isolation as isolated_community;
use community::{forum, moderation, news, profile};
use isolation::ids as isolated_ids;

/// Turns each story, `async fn(TestApp)`, into a test on SQLite and one on PostgreSQL.
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
    walks {
        h04_a_hook_is_accepted_and_applied_in_a_commit_each,
        h04_an_activation_is_two_commits_before_the_redirect_and_three_after,
        h04_synchronize_is_one_commit,
    }
    persons {
        p01_p02_a_contact_never_signs_in_and_gets_a_person,
        p03_a_person_id_is_one_persons_whatever_its_case,
        p04_who_becomes_inactive_is_signed_out_at_once_and_stays_known,
        p05_what_a_change_leaves_out_stays_as_it_is_by_then,
        p08_places_are_no_deeper_than_can_be_looked_through,
        p05_p13_a_licence_that_does_not_exist_is_refused_and_named,
        p08_a_person_sees_their_places_and_nothing_else,
        p08_a_device_that_changes_hands_leaves_its_place,
        p12_over_the_cap_no_seat_is_free,
        p12_a_named_seat_stays_with_its_person,
        p12_every_door_takes_a_seat,
        p13_every_door_is_explained_rule_by_rule,
        p11_p13_whoever_follows_the_advice_gets_in,
        p13_p14_staff_see_who_may_do_what_and_look_through_their_eyes,
        p08_p12_staff_keep_places_and_seats,
    }
    activation {
        a10_a11_a13_a15_from_an_invitation_to_my_devices,
        a11_opening_the_link_uses_nothing_up,
        a13_an_activation_waits_for_an_outside_system_and_finishes_by_itself,
        a14_the_same_person_again_sees_the_same_success,
        a16_the_app_reads_only_the_hub,
        a20_a_record_unlinked_by_staff_is_activated_again,
        a20_a_link_sent_to_an_address_that_is_no_longer_theirs_is_dead,
        a20_of_64_racing_sign_ins_one_wins,
        h02_a_plan_is_shown_before_it_is_applied,
        a20_a_callback_works_once_and_in_its_own_browser_only,
        a20_a_swapped_token_is_refused,
        a20_another_account_is_refused_before_and_after,
    }
    me {
        a15_my_devices_have_an_age_and_an_entity_tag,
        a15_somebody_elses_device_is_not_found,
        a19_a21_an_empty_list_says_why,
        a13_my_activation_tells_every_step,
    }
    admin {
        every_operation_is_described_and_answers_as_described,
        a11_an_invitation_is_told_once_and_followed,
        a11_an_invitation_repeated_under_its_key_is_the_same,
        a11_who_cannot_be_invited_is_named,
        a04_h01_a_link_is_undone_with_a_reason,
        h03_two_contacts_wait_for_a_decision,
        h05_the_timeline_is_whole_and_comes_in_pages,
        h05_a_changed_timeline_shows,
        h05_an_event_of_a_newer_version_and_an_erased_one_are_shown_as_such,
        h05_a_refresh_costs_the_same_after_years_of_history,
        customers_are_found_and_come_in_pages,
        a06_a_device_is_found_by_its_serial_however_it_is_typed,
        bad_requests_name_the_field,
    }
    authorization {
        every_operation_asks_who_is_there_first,
        a_key_is_no_token_and_a_token_is_no_key,
    }
    b2c {
        a18_a20_from_a_link_through_the_policy_to_my_devices,
        a18_a_link_that_somebody_else_hands_over_is_not_mailed,
        a20_a_token_is_one_sign_ins_whatever_is_lost_or_asked_again,
        a20_a_bare_number_is_refused_unless_compatibility_is_on,
        a20_a_number_links_on_a_verified_address_of_the_requester,
        a20_a_number_without_proof_waits_for_staff_who_say_yes,
        a20_a_number_without_proof_waits_for_staff_who_say_no,
        a20_a_policy_proves_who_it_is,
        a20_what_cannot_be_read_is_an_error_b2c_understands,
        a20_the_step_asks_no_outside_system,
        a20_user_flows_are_answered_in_their_own_shape,
        a18_tokens_are_told_who_the_customer_is,
        a18_entra_is_answered_in_its_own_shape,
    }
    identities {
        a23_a_customer_adds_a_sign_in_and_removes_one,
        a23_removing_the_one_in_use_signs_out,
        a23_the_last_sign_in_stays_of_many_removals_at_once,
        a23_a_sign_in_that_is_somebodys_cannot_be_added,
        a23_changes_need_a_recent_sign_in,
        a23_adding_is_bound_to_session_and_browser,
        a23_the_app_lists_and_removes_too,
    }
    console {
        staff_sign_in_with_the_right_password_until_they_sign_out,
        staff_who_guess_are_slowed_down,
        of_many_guesses_at_once_few_are_answered,
        another_sites_form_is_refused_and_what_does_not_exist_is_not_found,
        h01_search_finds_by_every_kind_of_term,
        h01_search_is_bounded_and_says_so,
        a11_h01_staff_invite_somebody_the_hub_has_not_met,
        a11_h04_who_cannot_be_invited_is_told_with_the_way_out,
        a01_h01_a_customer_page_shows_every_link_with_its_evidence,
        h01_unlinking_frees_the_identity_and_ends_its_session,
        h03_a_review_is_decided_for_a_candidate,
        h03_a_review_is_decided_for_none,
        h04_h06_systems_and_failed_jobs_are_shown_and_tried_again,
        h05_a_changed_timeline_shows_on_the_customers_page,
    }
    writing {
        a08_a06_a07_a_device_is_created_in_stock_or_for_somebody,
        a09_a22_a_device_is_assigned_moved_and_taken_back,
        a08_h04_a_lost_answer_makes_no_second_asset,
        a08_h04_an_unreadable_answer_makes_no_second_asset,
        a09_whoever_moved_it_first_in_the_service_desk_is_right,
        a08_a09_what_cannot_be_written_is_named,
        h04_a_write_waits_for_the_service_desk_and_can_be_cancelled,
        a08_a09_staff_make_assign_and_move_a_device,
    }
    requests {
        p09_p15_a_problem_is_reported_from_a_device_and_followed,
        p09_comments_files_closing_and_reopening_reach_the_desk_in_order,
        p09_lists_are_mine_or_ours_searched_and_in_pages,
        p09_a_form_sent_twice_opens_one_request,
        p09_without_a_requester_a_request_waits_and_then_goes_by_itself,
        p09_staff_see_every_request_and_send_refused_ones_again,
    }
    requests_mirrored {
        p09_what_the_desk_says_publicly_comes_back_and_nothing_else,
        p09_a_ticket_opened_at_the_desk_appears_at_home,
        h04_a_lost_answer_makes_no_second_ticket_and_no_second_note,
        h04_a_worker_that_died_leaves_one_ticket,
        h04_hooks_may_come_twice_late_or_never,
        h04_our_own_writes_coming_back_are_nothing_new,
        h04_a_ticket_that_is_gone_or_moved_tells_nothing_more,
    }
    requests_guarded {
        p08_p09_whatever_is_not_at_my_places_does_not_exist,
        p09_a_file_is_what_its_bytes_say_and_runs_nothing,
        p09_uploads_are_bounded,
        p09_a_person_opens_so_many_requests_and_no_more_for_a_while,
    }
    requests_steps {
        p09_a_request_takes_its_customers_own_steps_first,
        p09_a_declined_request_never_reaches_the_desk,
        p09_steps_are_defined_by_who_may_and_keep_for_who_began,
    }
    why {
        a19_a21_before_anything_is_linked_every_gap_has_one_reason,
        a19_a21_once_linked_every_gap_has_one_reason,
        a21_what_is_asked_is_found_named_or_said_to_be_several,
        a21_the_customers_page_explains_and_offers_the_fix,
    }
    sweeps {
        h06_what_changed_is_read_and_nothing_else,
        h04_a_dry_run_changes_nothing_until_it_is_applied,
        h04_a_plan_is_refused_whole_when_the_world_moved,
        h04_a_mass_unassignment_is_held_and_ends_by_itself,
        h04_what_the_brake_holds_is_applied_or_discarded_by_staff,
        h04_single_changes_beyond_the_limit_are_held,
        h04_an_empty_list_takes_nothing_away,
        h04_half_a_list_takes_nothing_away,
        h04_a_sweep_stopped_at_page_7_goes_on_there,
        h04_expired_credentials_take_nothing_away,
        h04_a_broken_connection_takes_nothing_away,
        h06_an_hour_of_429_blinds_nobody_for_an_hour,
        h06_sweeps_begin_when_their_time_has_come,
    }
    vendor {
        m01_m02_m07_m10_the_seeds_examples_work_verbatim,
        m07_missing_blocks_work_and_unknown_fields_are_kept,
        m11_what_a_customer_can_mend_is_said_to_the_customer,
        m18_whatever_is_sent_is_answered_in_the_contracts_own_way,
        m18_instances_stand_side_by_side,
        m20_64_equal_calls_at_once_make_one_customer,
        m20_a_lost_answer_asked_again_is_the_first_answer,
        m20_a_test_request_makes_nothing,
        m13_the_link_in_the_answer_activates_without_a_service_desk,
        m15_delete_ends_access_keeps_the_history_and_can_be_undone,
        m15_an_open_link_dies_with_its_account,
        m20_after_a_deletion_synchronize_begins_anew,
        m16_rules_find_who_is_here_already,
        m17_what_exists_told_is_linked_by_the_next_call,
        m16_h03_several_customers_wait_for_a_decision,
        m08_resellers_and_their_customers_come_in_any_order,
        m19_m21_our_own_vendor_face_passes_the_check,
        calls_are_kept_without_secrets_and_bounded,
    }
    vendor_hostile {
        m07_long_and_odd_values_are_kept_whatever_the_database,
        m08_resellers_in_circles_and_ids_in_other_spellings,
        m15_a_closed_customer_is_named_to_no_policy,
        m16_an_external_id_from_elsewhere_proves_nothing,
        m18_a_body_that_broke_off_is_not_carried_out,
        m18_what_cannot_be_shown_or_kept_is_named,
        m20_64_accounts_that_name_one_customer_make_one,
        m20_64_different_changes_at_once_are_all_carried_out,
        m20_platform_and_vendor_agree_whatever_gets_lost,
        secrets_are_not_kept_whatever_the_body_looks_like,
    }
    vendor_console {
        m01_staff_change_what_a_marketplace_asks,
        m15_staff_see_an_account_and_undo_its_deletion,
        m21_staff_see_a_call_and_replay_it_in_test_mode,
    }
    news {
        p10_the_blog_is_written_with_studio_or_the_role_function,
        p10_a_post_is_drafted_published_edited_and_taken_back,
        p10_a_post_for_places_is_for_their_people_alone,
        p10_what_editors_write_never_runs,
        p10_only_files_that_can_be_shown_are_taken,
    }
    forum {
        p10_customers_ask_and_answer_and_are_told,
        p10_ones_own_post_is_edited_for_a_quarter_of_an_hour,
        p10_nobody_writes_more_than_a_few_posts_at_once,
        p10_topics_and_posts_come_page_by_page,
        p10_what_customers_write_never_runs,
    }
    moderation {
        p10_a_reported_post_is_hidden_with_a_reason_and_shown_again,
        p10_topics_are_locked_pinned_moved_and_hidden,
        p10_who_is_muted_reads_and_does_not_write,
        p10_staff_make_boards_and_decide_what_was_reported,
    }
    isolation {
        p08_p09_every_face_shows_what_the_rules_say_and_nothing_else,
    }
    isolated_ids {
        p08_p09_every_id_in_every_address_is_looked_for_among_ones_own,
        p09_workflows_are_those_of_ones_own_organisation,
    }
    isolated_community {
        p08_p10_a_board_for_places_is_for_their_people_alone,
        p08_p09_search_finds_everything_of_ones_own,
    }
    profile {
        p09_people_see_and_change_what_is_known_of_them,
        p09_another_address_is_confirmed_before_it_counts,
        p09_p01_contacts_of_ones_own_places_are_kept_with_the_role_function,
        h05_p08_the_timeline_is_told_to_whoever_has_the_home_place,
    }
    chaos {
        h04_a17_a22_after_any_chaos_the_hub_says_what_the_desk_says,
    }
    upstream {
        a17_a_delivery_is_kept_before_it_is_answered_and_read_again,
        a17_a_tag_that_is_not_found_yet_is_looked_for_again,
        a22_a_transfer_takes_the_device_from_one_and_gives_it_to_the_other,
        a17_a06_a_device_is_corrected_retyped_trashed_restored_and_deleted,
        a17_a_deactivated_requester_rests_and_an_agent_stays,
        a17_a_merged_requester_keeps_its_customer,
        a17_a_forgotten_requester_is_believed_to_be_gone_after_the_grace,
        a17_h03_contacts_are_merged_deleted_doubled_and_changed,
    }
    doctor {
        h04_a_healthy_house_has_no_failure,
        h04_every_failure_is_found_with_its_remedy,
        h04_staff_examine_by_a_button,
    }
    brake {
        h04_what_is_held_is_not_written_past_the_brake_by_a_refresh,
        a22_a_refresh_of_the_new_owner_tells_the_old_one,
        h04_a_refresh_takes_no_more_than_the_brake_lets,
        h06_two_who_run_the_same_sweep_disturb_nobody,
        h04_a_sweep_that_its_command_line_left_is_gone_on_with,
        h04_a19_who_is_to_get_what_the_brake_holds_reads_that,
        h04_what_single_changes_took_counts_for_the_next_sweep,
    }
    holds {
        h04_what_a_sweep_holds_is_not_taken_one_by_one,
        h04_the_next_taking_joins_the_hold_and_the_rest_goes_on,
        h04_a_hold_is_decided_in_part_and_the_rest_taken_back,
        h04_only_what_is_chosen_has_to_stand_still,
        h04_of_many_decisions_at_once_one_counts,
        h04_many_takings_at_once_pass_the_brake_only_up_to_its_limit,
        h04_a_plan_of_nothing_waits_for_nobody,
        h04_reading_by_itself_or_in_a_list_is_no_change,
        h04_what_is_gone_counts_and_is_held_like_everything_else,
        h04_staff_choose_filter_and_save_what_waits,
        h04_a_restart_in_the_middle_of_a_decision_loses_nothing,
    }
    invoices {
        p09_invoices_are_read_shown_and_made_into_a_pdf,
        p09_a_bad_row_is_named_and_an_emptied_feed_takes_nothing_away,
        p09_nobody_reaches_somebody_elses_invoice,
        p09_staff_see_what_no_customer_sees_and_why,
    }
    returns_for {
        p09_staff_open_a_return_for_a_customer,
        p09_machines_open_a_return_for_a_customer,
    }
    slow {
        h01_a_body_that_drips_is_given_up_on_every_face,
    }
    vendor_people {
        m08_a_corrected_address_is_the_persons_too,
        m08_an_address_that_somebody_chose_stays_theirs,
        m15_a_delete_is_among_the_calls_about_its_account,
    }
    returns {
        p09_a_return_goes_its_way_and_is_told,
        p09_a_unit_is_on_one_open_return,
        p09_an_amount_is_approved_as_shown_or_declined,
        p09_nobody_reaches_somebody_elses_return,
        p09_machines_repeat_themselves_without_harm,
        p09_staff_move_a_return_on_by_buttons,
    }
    routes {
        p08_every_route_keeps_the_rule_it_declares,
        p08_nothing_answers_but_what_is_declared,
        p08_no_route_takes_a_form_of_another_site,
    }
    hostile {
        h01_a_form_that_hides_where_it_comes_from_is_refused_a_cookie,
        a20_a_number_has_one_spelling,
        h04_many_who_ask_the_doctor_at_once_share_an_examination,
        h04_what_is_held_is_decided_once_however_many_press,
        h04_a_dry_run_is_applied_once_and_not_over_what_came_later,
        a17_a_requester_merged_and_forgotten_at_once_harms_nobody,
        a17_a20_no_text_is_too_odd_for_policy_or_hook,
    }
    door {
        p03_staff_send_a_link_and_the_person_signs_in,
        p03_an_email_as_login_is_neutral_outside_and_named_by_why,
        p03_a_login_nobody_has_takes_as_long_as_a_wrong_password,
        p03_a_link_dies_with_a_newer_one_with_time_and_with_every_change,
        p03_of_many_who_use_one_link_one_sets_the_password,
        p03_recovery_tells_nobody_but_the_mailbox,
        p03_who_guesses_is_slowed_down_and_locks_nobody_out,
        p03_credential_stuffing_from_one_place_is_stopped,
        p03_other_sites_cannot_sign_anybody_in_or_change_anything,
        p04_whoever_becomes_inactive_is_signed_out_at_once,
        p05_every_portal_has_a_door_with_its_rule,
        a23_a_session_is_listed_ended_and_never_carried_over,
        a23_changes_need_a_fresh_proof_which_renews_the_token,
        a23_the_password_is_a_way_in_like_the_others,
    }
    registration {
        p12_somebody_registers_is_approved_and_signs_in,
        p12_whose_person_an_applicant_is_is_found_by_a_search,
        p12_a_refusal_is_explained_to_the_applicant,
        p12_a_mail_to_an_unproved_address_carries_nobodys_message,
        p12_whether_an_address_is_known_is_told_to_its_mailbox_only,
        p12_a_link_that_is_old_or_used_confirms_nothing,
        p03_staff_see_and_end_what_a_person_has_and_no_password,
    }
    second_factor {
        p03_a_second_factor_is_asked_for_and_no_code_works_twice,
        p03_codes_are_not_guessed,
        p03_the_second_factor_proves_anew_and_is_taken_away,
        p03_the_database_does_not_hold_the_secret_of_the_app,
    }
    passkeys {
        p03_a_passkey_signs_in_alone_and_after_the_password,
        p03_a_challenge_works_once_in_its_browser_and_not_for_long,
        p03_a_passkey_signs_for_this_site_and_its_owner_alone,
        p03_a_passkey_that_counts_back_is_refused_and_told,
        p03_codes_come_with_the_first_second_step_and_go_with_the_last,
        a23_passkeys_are_listed_and_removed_and_the_last_way_in_stays,
        a23_a_passkey_proves_anew_and_its_owner_alone_adds_one,
        p04_a_passkey_opens_nothing_for_who_is_inactive,
        p03_who_sends_wrong_passkeys_is_slowed_down,
    }
    writing_again {
        a08_a09_a_repeated_request_gets_its_answer_also_after_it_was_done,
        a09_nobody_loses_a_device_by_a_name_left_out,
    }
    promises {
        h04_a_hold_that_everything_came_by_is_applied_and_discarded_in_halves,
        h04_while_a_part_of_a_hold_is_being_applied_the_rest_can_be_decided,
        h04_a09_what_staff_do_about_a_held_device_stands_and_the_hold_follows,
        h02_h04_what_is_planned_and_held_at_once_is_applied_once,
        a08_a09_h04_a_device_write_sent_32_times_under_one_key_is_done_once,
        p09_h04_a_return_and_its_step_sent_32_times_under_one_key_happen_once,
        h04_h05_of_64_who_write_to_one_customer_none_is_told_to_wait,
        h04_h05_of_64_who_write_to_the_operators_timeline_none_is_told_to_wait,
        h04_a_record_that_changed_and_changed_back_is_no_change,
        h05_timelines_verify_and_agree_with_the_records_after_a_long_random_mixture,
        a20_an_invitation_claimed_in_16_browsers_at_once_has_one_winner_whose_session_works,
        a23_signing_in_again_in_a_browser_ends_the_session_it_had_and_no_other,
        a17_hooks_that_come_twice_and_backwards_about_what_is_deleted_meanwhile_tell_what_is,
        a13_a17_a_requester_merged_during_the_activation_leaves_nobody_between,
        h05_h10_whatever_is_personal_can_be_erased_from_every_event_and_the_chain_verifies,
        a11_h05_an_invitation_of_somebody_who_is_a_customer_stands_on_their_timeline,
    }
}
