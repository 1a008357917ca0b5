import TenorFiles

/// The settings of a tokenizer's files that transformers 4.57.3 and 5.24 act on.
extension SettingsTable {
    /// tokenizer_config.json.
    package static let tokenizer = SettingsTable(
        computed: """
            tokenizer_class model_max_length max_len truncation_side added_tokens_decoder do_lower_case strip_accents tokenize_chinese_chars \
            do_basic_tokenize keep_accents remove_space split_by_punct add_prefix_space add_bos_token never_split
            """,
        refused: ["sp_model_kwargs": [[:]], "add_eos_token": [false]],
        // What concerns padding changes nothing, because there is none. Without a length, truncation is the caller's. The rest is about
        // decoding, downloading, and other kinds of input. XLNet's token types are those of its training, whatever model_input_names says.
        harmless: """
            extra_special_tokens model_specific_special_tokens \
            padding_side pad_to_multiple_of pad_token_type_id padding max_length stride truncation truncation_strategy padding_strategy \
            clean_up_tokenization_spaces spaces_between_special_tokens errors trim_offsets split_special_tokens legacy unk_id \
            model_input_names return_token_type_ids name_or_path special_tokens_map_file tokenizer_file vocab_file merges_file \
            added_tokens_file full_tokenizer_file processor_class auto_map chat_template response_template response_schema \
            chat_control_tokens verbose backend is_local local_files_only files_loaded use_fast from_slow init_inputs device_map cache_dir \
            token revision trust_remote_code _commit_hash __type vocab_size
            """, and: specials)

    /// special_tokens_map.json.
    package static let specials = SettingsTable(
        computed: "bos_token eos_token unk_token sep_token pad_token cls_token mask_token additional_special_tokens",
        harmless: "extra_special_tokens")

    /// tokenizer.json: its outermost keys. Its steps are refused by name where they are not computed.
    package static let steps = SettingsTable(
        computed: "added_tokens normalizer pre_tokenizer post_processor model truncation", harmless: "version padding decoder")
}
